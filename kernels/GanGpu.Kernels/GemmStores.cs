using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels;

/// <summary>Finished sums on their way to C, through the epilogue; what lies beyond C's edges is left out.</summary>
internal static class GemmStores
{
    /// <summary>Four columns of a row, one element at a time: any N.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Elements<TEpilogue>(ArrayView<float> c, ArrayView<float> operand, int row, int column, GemmScalars g, Quad sums)
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        Element<TEpilogue>(c, operand, row, column, g, sums.X);
        Element<TEpilogue>(c, operand, row, column + 1, g, sums.Y);
        Element<TEpilogue>(c, operand, row, column + 2, g, sums.Z);
        Element<TEpilogue>(c, operand, row, column + 3, g, sums.W);
    }

    /// <summary>Four columns of a row at once: N is a multiple of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four<TEpilogue>(ArrayView<float> c, ArrayView<float> operand, int row, int column, GemmScalars g, Quad sums)
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (row < g.M & column < g.N)
        {
            int index = (row * g.N + column) / 4;
            Quad extra = default;
            if (default(TEpilogue).ReadsElement)
                extra = operand.Cast<Quad>()[index];
            if (default(TEpilogue).ReadsColumn)
                extra = operand.Cast<Quad>()[column / 4];
            Quad result;
            result.X = default(TEpilogue).Apply(sums.X, extra.X, g.Leak);
            result.Y = default(TEpilogue).Apply(sums.Y, extra.Y, g.Leak);
            result.Z = default(TEpilogue).Apply(sums.Z, extra.Z, g.Leak);
            result.W = default(TEpilogue).Apply(sums.W, extra.W, g.Leak);
            c.Cast<Quad>()[index] = result;
        }
    }

    /// <summary>Four column sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ColumnSums(ArrayView<float> sums, int column, int n, Quad values)
    {
        ColumnSum(sums, column, n, values.X);
        ColumnSum(sums, column + 1, n, values.Y);
        ColumnSum(sums, column + 2, n, values.Z);
        ColumnSum(sums, column + 3, n, values.W);
    }

    /// <summary>One element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Element<TEpilogue>(ArrayView<float> c, ArrayView<float> operand, int row, int column, GemmScalars g, float sum)
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (row < g.M & column < g.N)
        {
            int index = row * g.N + column;
            float extra = 0f;
            if (default(TEpilogue).ReadsElement)
                extra = operand[index];
            if (default(TEpilogue).ReadsColumn)
                extra = operand[column];
            c[index] = default(TEpilogue).Apply(sum, extra, g.Leak);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ColumnSum(ArrayView<float> sums, int column, int n, float value)
    {
        if (column < n)
            sums[column] = value;
    }
}
