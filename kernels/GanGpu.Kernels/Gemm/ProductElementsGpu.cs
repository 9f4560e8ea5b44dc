using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Products one thread for each element of C, as the formula stands. For those of few columns, where tiles would be all
/// but empty and neighbouring threads read what the caches hold; and what the others are checked against. Overwrites C
/// and, where asked for, the column sums.
/// </summary>
internal static class ProductElementsGpu
{
    /// <summary>Most columns of C that this is the better way for.</summary>
    public const int MostColumns = 4;

    /// <summary>
    /// A, B and C as the product says; operand as the epilogue says. With <see cref="QuadLoads"/> A lies along the
    /// terms, in whole runs of four.
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
            if (default(TLoads).Quads)
            {
                for (int term = g.FirstTerm; term < g.EndTerm; term += 4)
                {
                    Quad x = g.FourOfA(a, row, term), y = Quad.Zero;
                    if (g.ColumnsAreContiguous)
                    {
                        y.X = g.FactorOfB(b, column, term);
                        y.Y = g.FactorOfB(b, column, term + 1);
                        y.Z = g.FactorOfB(b, column, term + 2);
                        y.W = g.FactorOfB(b, column, term + 3);
                    }
                    else
                    {
                        y = g.FourOfB(b, column, term);
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
                for (int term = g.FirstTerm; term < g.EndTerm; term++)
                {
                    float y = g.FactorOfB(b, column, term);
                    sum += g.FactorOfA(a, row, term) * y;
                    columnSum += y;
                }

                if (default(TEpilogue).SumsColumns & row == 0)
                    operand[g.FirstColumnSum + column] = columnSum;
            }

            GemmStores.Element<TProduct, TEpilogue>(c, operand, GemmStores.Row(g, row), column, g, sum);
        }
    }
}
