using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C[m,n] = epilogue(Σ_p parts[p,m,n]), the parts in their order, one thread for each element: what is left to do of a
/// product whose terms were shared among groups. Column sums, where asked for, have their parts [p,n] behind those of
/// C. Overwrites C and the column sums.
/// </summary>
internal static class ProductPartsGpu
{
    /// <summary>Sizes of C, and the epilogue's leak.</summary>
    public struct Constants
    {
        public int Length, Columns, Parts;

        public float Leak;
    }

    public static void ProductPartsKernel<TEpilogue>(
        Constants constants, ArrayView<float> parts, ArrayView<float> c, ArrayView<float> operand)
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX, length = constants.Length, columns = constants.Columns;
        if (i < length)
        {
            float sum = parts[i];
            for (int part = 1; part < constants.Parts; part++)
                sum += parts[part * length + i];
            float extra = 0f;
            if (default(TEpilogue).ReadsElement)
                extra = operand[i];
            if (default(TEpilogue).ReadsColumn)
                extra = operand[i % columns];
            c[i] = default(TEpilogue).Apply(sum, extra, constants.Leak);
        }

        if (default(TEpilogue).SumsColumns & i < columns)
        {
            int first = constants.Parts * length + i;
            float sum = parts[first];
            for (int part = 1; part < constants.Parts; part++)
                sum += parts[first + part * columns];
            operand[i] = sum;
        }
    }
}
