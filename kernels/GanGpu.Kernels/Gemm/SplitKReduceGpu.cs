using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C[m,n] = epilogue(Σ_s partials[s,m,n]), summed in the order of s, one thread for each element: the second launch of
/// a product whose K is divided among groups. The partial column sums [s,n], if the epilogue has them, follow those of
/// C. Overwrites C and the column sums.
/// </summary>
internal static class SplitKReduceGpu
{
    /// <summary>Sizes of C, and the epilogue's leak.</summary>
    public struct Constants
    {
        public int Length, Columns, SplitK;

        public float Leak;
    }

    public static void SplitKReduceKernel<TEpilogue>(
        Constants constants, ArrayView<float> partials, ArrayView<float> c, ArrayView<float> operand)
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX, length = constants.Length, columns = constants.Columns;
        if (i < length)
        {
            float sum = partials[i];
            for (int split = 1; split < constants.SplitK; split++)
                sum += partials[split * length + i];
            float extra = 0f;
            if (default(TEpilogue).ReadsElement)
                extra = operand[i];
            if (default(TEpilogue).ReadsColumn)
                extra = operand[i % columns];
            c[i] = default(TEpilogue).Apply(sum, extra, constants.Leak);
        }

        if (default(TEpilogue).SumsColumns & i < columns)
        {
            int first = constants.SplitK * length + i;
            float sum = partials[first];
            for (int split = 1; split < constants.SplitK; split++)
                sum += partials[first + split * columns];
            operand[i] = sum;
        }
    }
}
