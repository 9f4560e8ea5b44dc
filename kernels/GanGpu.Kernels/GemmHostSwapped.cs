using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// A·Bᵀ on the host as (B·Aᵀ)ᵀ: where A has few rows, it is less work to transpose A and the result than B, which here is
/// read as it lies. Adds up the same numbers in the same order as <see cref="GemmHost"/> does otherwise, so the bits are the same.
/// </summary>
internal static unsafe class GemmHostSwapped
{
    // What transposing an element costs, in multiply-adds of one lane.
    private const int CostOfElement = 6;

    /// <summary>About what a cell of C of this size costs, in multiply-adds of one lane for each step of K.</summary>
    public static double Cost(GemmShape shape, int rows, int columns)
    {
        int width = Simd.Width;
        return Fits(shape)
            ? (double)((rows + width - 1) / width * width) * columns + CostOfElement * rows * (1 + (double)columns / shape.K)
            : double.PositiveInfinity;
    }

    /// <summary>C[firstRow..lastRow, firstColumn..lastColumn].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block<TSimd, TEpilogue>(
        GemmShape shape, float* a, float* b, float* c, in GemmHostEpilogue epilogue, int firstRow, int lastRow, int firstColumn, int lastColumn, float* scratch)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
    {
        int width = TSimd.Count;
        float* tile = scratch, turned = tile + width * 2 * width, panel = turned + 2 * width * width;
        for (int row = firstRow; row < lastRow; row += 2 * width)
        {
            int rows = Math.Min(2 * width, lastRow - row), vectors = rows > width ? 2 : 1, tileRows = GemmHostTile.RowsFor<TSimd>(vectors);
            nint stride = vectors * width;
            GemmHostPanel.CopyTransposed<TSimd>(a + row * (nint)shape.K, shape.K, rows, shape.K, vectors, panel);
            for (int column = firstColumn; column < lastColumn; column += width)
            {
                int columns = Math.Min(width, lastColumn - column);
                for (int j = 0; j < columns; j += tileRows)
                {
                    new GemmHostTile
                    {
                        A = b + (column + j) * (nint)shape.K,
                        RowStride = shape.K,
                        DepthStride = 1,
                        Rows = Math.Min(tileRows, columns - j),
                        B = panel,
                        BStride = stride,
                        Depth = shape.K,
                        C = tile + j * stride,
                        CStride = stride,
                    }.Compute<TSimd, PlainHostEpilogue>(vectors, epilogue);
                }

                GemmHostPanel.CopyTransposed<TSimd>(tile, stride, columns, rows, 1, turned);
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

    // Two blocks of the result and all of K lie in a thread's scratch memory.
    private static bool Fits(GemmShape shape) =>
        shape is { TransposeA: false, TransposeB: true } && (shape.K + 2 * Simd.Width) * 2 * Simd.Width <= GemmHost.ScratchLength;
}
