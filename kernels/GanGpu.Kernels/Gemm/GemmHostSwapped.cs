using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// A·Bᵀ on the host as (B·Aᵀ)ᵀ: where A has few rows, it is less work to transpose A and the result than B, which here
/// is read as it lies. Adds up the same numbers in the same order as <see cref="GemmHost"/> does otherwise, so the bits
/// are the same.
/// </summary>
internal static unsafe class GemmHostSwapped
{
    // What transposing an element costs, in multiply-adds of one lane.
    private const int CostOfElement = 6;

    // Columns of C whose sums are kept, transposed, in the first-level cache until all of K went by.
    private const int Chunk = 128;

    /// <summary>About what a cell of C of this size costs, in multiply-adds of one lane for each step of K.</summary>
    public static double Cost(GemmShape shape, int rows, int columns)
    {
        int width = Simd.Width;
        return Fits(shape)
            ? (double)((rows + width - 1) / width * width) * columns
                + CostOfElement * rows * (1 + (double)columns / shape.K)
            : double.PositiveInfinity;
    }

    /// <summary>A cell of C, so many steps of K at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block<TSimd, TEpilogue>(
        GemmShape shape, int steps, float* a, float* b, float* c, in GemmHostEpilogue epilogue, GemmHostCell cell,
        float* scratch)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
    {
        (int firstRow, int lastRow, int firstColumn, int lastColumn) = cell;
        int width = TSimd.Count;
        float* sums = scratch, turned = sums + Chunk * 2 * width, panel = turned + 2 * width * width;
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
                    GemmHostPanel.CopyTransposed<TSimd>(sums + j * stride, stride, columns, rows, 1, turned);
                    float* target = c + row * (nint)shape.N + column;
                    if (TEpilogue.InRegisters && columns == width)
                    {
                        for (int r = 0; r < rows; r++, target += shape.N)
                            TEpilogue.Finish(epilogue, TSimd.Load(turned + r * width), target, column).Store(target);
                    }
                    else
                    {
                        GemmHostPanel.CopyTile(turned, width, target, shape.N, rows, columns);
                        TEpilogue.Apply<TSimd>(epilogue, target, shape.N, column, rows, columns);
                    }
                }
            }
        }
    }

    // The sums of a chunk, a block of the result and all of K lie in a thread's scratch memory.
    private static bool Fits(GemmShape shape) =>
        shape is { TransposeA: false, TransposeB: true }
            && (shape.K + Chunk + Simd.Width) * 2 * Simd.Width <= GemmHost.ScratchLength;
}
