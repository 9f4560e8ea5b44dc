using ILGPU;

namespace GanGpu.Kernels;

/// <summary>
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]), one thread per element, straight from the formula. Too slow to train with:
/// it is what the tiled kernel is checked against. Overwrites C and, where asked for, sums.
/// </summary>
internal static class GemmNaiveGpu
{
    /// <summary>A, B and C as <see cref="GemmShape"/> says; operand as the epilogue says; sums [N].</summary>
    public static void GemmNaiveKernel<TLayout, TEpilogue>(
        int m, int n, int k, float leak, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand, ArrayView<float> sums)
        where TLayout : unmanaged, IGemmLayout
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        int row = i / n, column = i - row * n;
        if (row < m)
        {
            float sum = 0f, columnSum = 0f;
            for (int j = 0; j < k; j++)
            {
                float x = a[default(TLayout).TransposeA ? j * m + row : row * k + j];
                float y = b[default(TLayout).TransposeB ? column * k + j : j * n + column];
                sum += x * y;
                columnSum += y;
            }

            float extra = default(TEpilogue).ReadsElement ? operand[i] : default(TEpilogue).ReadsColumn ? operand[column] : 0f;
            c[i] = default(TEpilogue).Apply(sum, extra, leak);
            if (default(TEpilogue).SumsColumns && row == 0)
                sums[column] = columnSum;
        }
    }
}
