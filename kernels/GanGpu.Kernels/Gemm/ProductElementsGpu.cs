using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Products with one thread for each element of C, the naive form. It is used for products of few columns: tiles would
/// be nearly empty, and the caches serve neighbouring threads. The other kernels are compared with it. Overwrites C
/// and, if the epilogue has them, the column sums.
/// </summary>
internal static class ProductElementsGpu
{
    /// <summary>The most columns of C for which this kernel is the faster one.</summary>
    public const int MostColumns = 4;

    /// <summary>
    /// The product determines the layout of A, B and C, the epilogue the operand. With <see cref="Float4Loads"/> A is
    /// contiguous along k and K is a multiple of four.
    /// </summary>
    public static void ProductElementsKernel<TProduct, TEpilogue, TLoads>(
        TProduct whole, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads
    {
        TProduct g = whole.Slice(Grid.IdxY);
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        int row = i / g.Columns, column = i - row * g.Columns;
        if (g.HasRow(row))
        {
            float sum = 0f;
            if (default(TLoads).Vectorized)
            {
                for (int k = g.KBegin; k < g.KEnd; k += 4)
                {
                    Float4 x = g.LoadA4(a, row, k), y = Float4.Zero;
                    if (g.ColumnsAreContiguous)
                    {
                        y.X = g.LoadB(b, column, k);
                        y.Y = g.LoadB(b, column, k + 1);
                        y.Z = g.LoadB(b, column, k + 2);
                        y.W = g.LoadB(b, column, k + 3);
                    }
                    else
                    {
                        y = g.LoadB4(b, column, k);
                    }

                    sum += x.X * y.X;
                    sum += x.Y * y.Y;
                    sum += x.Z * y.Z;
                    sum += x.W * y.W;
                }
            }
            else
            {
                float columnSum = 0f;
                for (int k = g.KBegin; k < g.KEnd; k++)
                {
                    float y = g.LoadB(b, column, k);
                    sum += g.LoadA(a, row, k) * y;
                    columnSum += y;
                }

                if (default(TEpilogue).SumsColumns & row == 0)
                    operand[g.FirstColumnSum + column] = columnSum;
            }

            GemmStores.Store<TProduct, TEpilogue>(c, operand, GemmStores.Row(g, row), column, g, sum);
        }
    }
}
