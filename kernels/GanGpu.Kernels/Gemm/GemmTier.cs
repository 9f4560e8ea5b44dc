using GanGpu.Kernels.Gpu;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Which kernel makes a product on a GPU, from its shape and the device's limits:
/// <code>
/// tile      K among   threads    when
/// 128 x 128 1 team    256        the tiles are enough for every multiprocessor, rows begin at multiples of 16 bytes
/// 64 x 64   1 team    64         the same
/// 32 x 32 1 to 8 64 each otherwise, and on processors: as many teams as keep the multiprocessors busy, each with at
/// least 64 terms 1 1 thread 256 convolutions of few columns
/// </code>
/// The first two are made by tensor cores where a precision other than single is asked for; the others never are: what
/// bounds a small product is the way to memory and back. Sums of a convolution may be shared among groups besides, each
/// of which makes a part of them: those of a weight gradient are few and long.
/// </summary>
/// <param name="Tile">Rows and columns of C that a group makes; 1 where each thread makes one element.</param>
/// <param name="Teams">Teams of a group that share K.</param>
/// <param name="Precision">What the factors are rounded to.</param>
/// <param name="Parts">Groups that share K.</param>
internal readonly record struct GemmTier(
    int Tile, int Teams, MatrixPrecision Precision = MatrixPrecision.Float32, int Parts = 1)
{
    // What hides the latency of memory on a multiprocessor: 8 warps.
    private const int ThreadsToFill = 256, FewestTermsOfTeam = 64, MostTeams = 8, SharedBytesOfLarge = 36 * 1024,
        FewestTermsOfPart = 256, MostParts = 128, WarpSize = 32;

    /// <summary>A thread for each element.</summary>
    public static readonly GemmTier Elements = new(1, 1);

    /// <summary>Threads of a group.</summary>
    public int Threads => Tile == GemmSplitGpu.Tile ? GemmSplitGpu.TeamSize * Teams
        : Precision != MatrixPrecision.Float32 ? GemmTensorCoreGpu.Threads(Tile)
        : (Tile / 8) * (Tile / 8);

    /// <summary>The kernel of a matrix product.</summary>
    public static GemmTier Of(
        GemmShape shape, bool quads, GpuLimits device, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        foreach (int tile in new[] { 128, 64 })
        {
            if (Large(tile, shape, quads, device, precision) is { } large
                && Tiles(shape.M, shape.N, tile) >= device.Multiprocessors)
                return large;
        }

        return Small(shape, 1, device);
    }

    /// <summary>The kernel of a convolution or of one of its gradients.</summary>
    /// <param name="shape">Rows, columns and terms of a phase.</param>
    /// <param name="phases">Products of that shape that are made side by side.</param>
    /// <param name="quads">Four floats can be moved at a time.</param>
    /// <param name="device">The device's limits.</param>
    /// <param name="precision">What the factors of large products are rounded to.</param>
    public static GemmTier OfConvolution(
        GemmShape shape, int phases, bool quads, GpuLimits device, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        // The weights' gradient reads both of its factors across the terms: neighbouring threads of one row share
        // nothing.
        if (shape.N <= ProductElementsGpu.MostColumns && !shape.TransposeA
            && (device.IsProcessor || (long)shape.M * shape.N * phases >= (long)device.Multiprocessors * WarpSize))
        {
            return Elements;
        }

        foreach ((int tile, int mostParts) in new[] { (128, 1), (64, 1), (64, MostParts) })
        {
            if (Large(tile, shape, quads, device, precision) is not { } large)
                continue;
            int parts = 1;
            long groups = Tiles(shape.M, shape.N, tile) * phases;
            while (groups * parts < device.Multiprocessors && 2 * parts <= mostParts
                && shape.K >= 2 * parts * FewestTermsOfPart)
                parts *= 2;
            if (groups * parts >= device.Multiprocessors)
                return large with { Parts = parts };
        }

        GemmTier small = Small(shape, phases, device);
        long threads = Tiles(shape.M, shape.N, GemmSplitGpu.Tile) * phases * small.Threads,
            wanted = (long)device.Multiprocessors * ThreadsToFill;
        int shared = 1;
        while (shared < MostParts && threads * shared < wanted
            && shape.K >= 2 * shared * small.Teams * FewestTermsOfTeam)
            shared *= 2;
        return small with { Parts = shared };
    }

    /// <summary>Tiles of this side that cover C.</summary>
    public static long Tiles(int rows, int columns, int side) =>
        (long)((rows + side - 1) / side) * ((columns + side - 1) / side);

    /// <summary>
    /// The kernel of large tiles, where the operands and the device allow it and a tile is not half empty.
    /// </summary>
    private static GemmTier? Large(int tile, GemmShape shape, bool quads, GpuLimits device, MatrixPrecision precision)
    {
        GemmTier large = new(tile, 1, precision);
        return quads && !device.IsProcessor && 2 * Math.Min(shape.M, shape.N) > tile
            && large.Threads <= device.ThreadsOfGroup && device.SharedBytes >= SharedBytesOfLarge
            ? large
            : null;
    }

    private static GemmTier Small(GemmShape shape, int phases, GpuLimits device)
    {
        int teams = 1;
        long threads = Tiles(shape.M, shape.N, GemmSplitGpu.Tile) * phases * GemmSplitGpu.TeamSize,
            wanted = (long)device.Multiprocessors * ThreadsToFill;
        while (teams < MostTeams
            && threads * teams < wanted
            && shape.K >= 2 * teams * FewestTermsOfTeam
            && 2 * teams * GemmSplitGpu.TeamSize <= device.ThreadsOfGroup
            && 2 * teams * GemmSplitGpu.SharedBytesOfTeam <= device.SharedBytes)
        {
            teams *= 2;
        }

        return new(GemmSplitGpu.Tile, teams);
    }
}
