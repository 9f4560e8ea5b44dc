using GanGpu.Kernels.Gpu;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The kernel that computes a product on a GPU, chosen from the product's shape and the device's limits:
/// <code>
/// tile         slices of K  threads          chosen if
/// 128 x 128    1            256              every multiprocessor gets a tile, and rows are aligned to 16 bytes
/// 64 x 64      1            64               the same
/// 32 x 32      1 to 8       64 per slice     otherwise, and on processors: enough slices to keep the multiprocessors
///                                            busy, each of at least 64 steps of k
/// one element  1            1 per element    a convolution has few columns
/// </code>
/// The first two use tensor cores if a precision other than single is asked for. The others never do: memory traffic
/// bounds a small product. Groups may also divide K of a convolution among them (split-K): the sums of a weight
/// gradient are few and long.
/// </summary>
/// <param name="Tile">Rows and columns of a group's tile of C; 1 if each thread computes one element.</param>
/// <param name="KSlices">Slices of K that the threads of a group sum side by side.</param>
/// <param name="Precision">The precision to which the factors are rounded.</param>
/// <param name="SplitK">Groups that K is divided among; their partial sums are added by another launch.</param>
internal readonly record struct GemmKernelChoice(
    int Tile, int KSlices, MatrixPrecision Precision = MatrixPrecision.Float32, int SplitK = 1)
{
    // 8 warps hide the latency of memory on a multiprocessor.
    private const int ThreadsToFill = 256, MinKPerSlice = 64, MaxKSlices = 8, SharedBytesOfLargeTiles = 36 * 1024,
        MinKPerSplit = 256, MaxSplitK = 128, WarpSize = 32;

    /// <summary>One thread for each element.</summary>
    public static readonly GemmKernelChoice Elements = new(1, 1);

    /// <summary>Threads of a group.</summary>
    public int Threads => Tile == GemmSplitGpu.Tile ? GemmSplitGpu.ThreadsPerSlice * KSlices
        : Precision != MatrixPrecision.Float32 ? GemmTensorCoreGpu.Threads(Tile)
        : (Tile / 8) * (Tile / 8);

    /// <summary>The kernel of a matrix product.</summary>
    public static GemmKernelChoice Of(
        GemmShape shape, bool vectorized, GpuLimits device, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        foreach (int tile in new[] { 128, 64 })
        {
            if (Large(tile, shape, vectorized, device, precision) is { } large
                && Tiles(shape.M, shape.N, tile) >= device.Multiprocessors)
                return large;
        }

        return Small(shape, 1, device);
    }

    /// <summary>The kernel of a convolution or of one of its gradients.</summary>
    /// <param name="shape">M, N and K of a phase.</param>
    /// <param name="phases">Products of that shape that are computed side by side.</param>
    /// <param name="vectorized">Whether four floats can be moved at a time.</param>
    /// <param name="device">The device's limits.</param>
    /// <param name="precision">The precision to which the factors of large products are rounded.</param>
    public static GemmKernelChoice OfConvolution(
        GemmShape shape, int phases, bool vectorized, GpuLimits device,
        MatrixPrecision precision = MatrixPrecision.Float32)
    {
        // The weights' gradient reads both of its factors across k: neighbouring threads of a row would share nothing.
        if (shape.N <= ProductElementsGpu.MostColumns && !shape.TransposeA
            && (device.IsProcessor || (long)shape.M * shape.N * phases >= (long)device.Multiprocessors * WarpSize))
        {
            return Elements;
        }

        foreach ((int tile, int maxSplitK) in new[] { (128, 1), (64, 1), (64, MaxSplitK) })
        {
            if (Large(tile, shape, vectorized, device, precision) is not { } large)
                continue;
            int splitK = 1;
            long groups = Tiles(shape.M, shape.N, tile) * phases;
            while (groups * splitK < device.Multiprocessors && 2 * splitK <= maxSplitK
                && shape.K >= 2 * splitK * MinKPerSplit)
                splitK *= 2;
            if (groups * splitK >= device.Multiprocessors)
                return large with { SplitK = splitK };
        }

        GemmKernelChoice small = Small(shape, phases, device);
        long threads = Tiles(shape.M, shape.N, GemmSplitGpu.Tile) * phases * small.Threads,
            wanted = (long)device.Multiprocessors * ThreadsToFill;
        int smallSplitK = 1;
        while (smallSplitK < MaxSplitK && threads * smallSplitK < wanted
            && shape.K >= 2 * smallSplitK * small.KSlices * MinKPerSlice)
            smallSplitK *= 2;
        return small with { SplitK = smallSplitK };
    }

    /// <summary>Number of tiles of this side that cover C.</summary>
    public static long Tiles(int rows, int columns, int side) =>
        (long)((rows + side - 1) / side) * ((columns + side - 1) / side);

    /// <summary>
    /// The kernel of large tiles, if the operands and the device allow it and a tile is at least half full.
    /// </summary>
    private static GemmKernelChoice? Large(
        int tile, GemmShape shape, bool vectorized, GpuLimits device, MatrixPrecision precision)
    {
        GemmKernelChoice large = new(tile, 1, precision);
        return vectorized && !device.IsProcessor && 2 * Math.Min(shape.M, shape.N) > tile
            && large.Threads <= device.ThreadsOfGroup && device.SharedBytes >= SharedBytesOfLargeTiles
            ? large
            : null;
    }

    private static GemmKernelChoice Small(GemmShape shape, int phases, GpuLimits device)
    {
        int kSlices = 1;
        long threads = Tiles(shape.M, shape.N, GemmSplitGpu.Tile) * phases * GemmSplitGpu.ThreadsPerSlice,
            wanted = (long)device.Multiprocessors * ThreadsToFill;
        while (kSlices < MaxKSlices
            && threads * kSlices < wanted
            && shape.K >= 2 * kSlices * MinKPerSlice
            && 2 * kSlices * GemmSplitGpu.ThreadsPerSlice <= device.ThreadsOfGroup
            && 2 * kSlices * GemmSplitGpu.SharedBytesPerSlice <= device.SharedBytes)
        {
            kSlices *= 2;
        }

        return new(GemmSplitGpu.Tile, kSlices);
    }
}
