using ILGPU;

namespace GanGpu.Kernels;

/// <summary>
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]), one thread per element, straight from the formula. Too slow to train with:
/// it is what the others are checked against. Overwrites C and, where asked for, the column sums.
/// </summary>
internal static class GemmNaiveGpu
{
    /// <summary>A, B and C as <see cref="GemmShape"/> says; operand as the epilogue says.</summary>
    public static void GemmNaiveKernel<TLayout, TEpilogue>(
        GemmScalars g, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand)
        where TLayout : unmanaged, IGemmLayout
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        int row = i / g.N, column = i - row * g.N;
        if (row < g.M)
        {
            float sum = 0f, columnSum = 0f;
            for (int j = 0; j < g.K; j++)
            {
                float x = a[default(TLayout).TransposeA ? j * g.M + row : row * g.K + j];
                float y = b[default(TLayout).TransposeB ? column * g.K + j : j * g.N + column];
                sum += x * y;
                columnSum += y;
            }

            float extra = default(TEpilogue).ReadsElement ? operand[i] : default(TEpilogue).ReadsColumn ? operand[column] : 0f;
            c[i] = default(TEpilogue).Apply(sum, extra, g.Leak);
            if (default(TEpilogue).SumsColumns && row == 0)
                operand[column] = columnSum;
        }
    }
}
