using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// A·Bᵀ on the host as (B·Aᵀ)ᵀ. If A has few rows, transposing A and the result is less work than transposing B, which
/// is read here as it is stored. Adds the same numbers in the same order as <see cref="GemmHost"/> does otherwise, so
/// the bits are the same.
/// </summary>
internal static unsafe class GemmHostTransposed
{
    // The cost of transposing an element, in multiply-adds of one lane.
    private const int CostOfElement = 6;

    // Columns of C whose transposed sums stay in the first-level cache until all of K is done.
    private const int Chunk = 128;

    /// <summary>
    /// The approximate cost of a block of C of this size, in multiply-adds of one lane for each step of K.
    /// </summary>
    public static double Cost(GemmShape shape, int rows, int columns)
    {
        int width = Simd.Width;
        return Fits(shape)
            ? (double)((rows + width - 1) / width * width) * columns
                + CostOfElement * rows * (1 + (double)columns / shape.K)
            : double.PositiveInfinity;
    }

    /// <summary>Computes a block of C, with this many steps of K at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block<TSimd, TEpilogue>(
        GemmShape shape, int steps, float* a, float* b, float* c, in GemmHostEpilogue epilogue, GemmBlock block,
        float* scratch)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
    {
        (int firstRow, int lastRow, int firstColumn, int lastColumn) = block;
        int width = TSimd.Count;
        float* sums = scratch, transposed = sums + Chunk * 2 * width, panel = transposed + 2 * width * width;
        int panels = (shape.K + steps - 1) / steps, longest = (shape.K + panels - 1) / panels;
        for (int row = firstRow; row < lastRow; row += 2 * width)
        {
            int rows = Math.Min(2 * width, lastRow - row), vectors = rows > width ? 2 : 1;
            int tileRows = GemmHostTile.RowsFor<TSimd>(vectors);
            nint stride = vectors * width;
            GemmHostPanel.CopyTransposed<TSimd>(a + row * (nint)shape.K, shape.K, rows, shape.K, vectors, panel);
            for (int chunk = firstColumn; chunk < lastColumn; chunk += Chunk)
            {
                int chunkColumns = Math.Min(Chunk, lastColumn - chunk);
                for (int k = 0; k < shape.K; k += longest)
                {
                    for (int j = 0; j < chunkColumns; j += tileRows)
                    {
                        new GemmHostTile
                        {
                            A = b + (chunk + j) * (nint)shape.K + k,
                            RowStride = shape.K,
                            DepthStride = 1,
                            Rows = Math.Min(tileRows, chunkColumns - j),
                            B = panel + k * stride,
                            BStride = stride,
                            Depth = Math.Min(longest, shape.K - k),
                            C = sums + j * stride,
                            CStride = stride,
                            Accumulate = k > 0,
                        }.Compute<TSimd, PlainHostEpilogue>(vectors, epilogue);
                    }
                }

                for (int j = 0; j < chunkColumns; j += width)
                {
                    int columns = Math.Min(width, chunkColumns - j), column = chunk + j;
                    GemmHostPanel.CopyTransposed<TSimd>(sums + j * stride, stride, columns, rows, 1, transposed);
                    float* target = c + row * (nint)shape.N + column;
                    if (TEpilogue.InRegisters && columns == width)
                    {
                        for (int r = 0; r < rows; r++, target += shape.N)
                            TEpilogue.Finish(epilogue, TSimd.Load(transposed + r * width), target, column)
                                .Store(target);
                    }
                    else
                    {
                        GemmHostPanel.CopyTile(transposed, width, target, shape.N, rows, columns);
                        TEpilogue.Apply<TSimd>(epilogue, target, shape.N, column, rows, columns);
                    }
                }
            }
        }
    }

    // A chunk's sums, a block of the result and all of K must fit into a thread's scratch memory.
    private static bool Fits(GemmShape shape) =>
        shape is { TransposeA: false, TransposeB: true }
            && (shape.K + Chunk + Simd.Width) * 2 * Simd.Width <= GemmHost.ScratchLength;
}
