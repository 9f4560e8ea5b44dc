using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>Finished sums on their way to C, through the epilogue; what lies beyond C's edges is left out.</summary>
internal static class GemmStores
{
    /// <summary>
    /// Where a row of C begins, or a negative number where C has no such row: once for all that is stored in it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Row<TProduct>(TProduct product, int row)
        where TProduct : unmanaged, IGemmProduct<TProduct>
    {
        int start = product.RowOfC(row) * product.Columns;
        return product.HasRow(row) ? start : -1;
    }

    /// <summary>Four columns of a row, one element at a time: any number of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Elements<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int start, int column, TProduct product, Quad sums)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        Element<TProduct, TEpilogue>(c, operand, start, column, product, sums.X);
        Element<TProduct, TEpilogue>(c, operand, start, column + 1, product, sums.Y);
        Element<TProduct, TEpilogue>(c, operand, start, column + 2, product, sums.Z);
        Element<TProduct, TEpilogue>(c, operand, start, column + 3, product, sums.W);
    }

    /// <summary>Four columns of a row at once: their number is a multiple of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int start, int column, TProduct product, Quad sums)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (start >= 0 & column < product.Columns)
        {
            int index = (start + column) / 4;
            Quad extra = default;
            if (default(TEpilogue).ReadsElement)
                extra = operand.Cast<Quad>()[index];
            if (default(TEpilogue).ReadsColumn)
                extra = operand.Cast<Quad>()[column / 4];
            Quad result;
            result.X = default(TEpilogue).Apply(sums.X, extra.X, product.Leak);
            result.Y = default(TEpilogue).Apply(sums.Y, extra.Y, product.Leak);
            result.Z = default(TEpilogue).Apply(sums.Z, extra.Z, product.Leak);
            result.W = default(TEpilogue).Apply(sums.W, extra.W, product.Leak);
            c.Cast<Quad>()[index] = result;
        }
    }

    /// <summary>Four column sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ColumnSums<TProduct>(ArrayView<float> sums, int column, TProduct product, Quad values)
        where TProduct : unmanaged, IGemmProduct<TProduct>
    {
        ColumnSum(sums, column, product, values.X);
        ColumnSum(sums, column + 1, product, values.Y);
        ColumnSum(sums, column + 2, product, values.Z);
        ColumnSum(sums, column + 3, product, values.W);
    }

    /// <summary>One element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Element<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int start, int column, TProduct product, float sum)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (start >= 0 & column < product.Columns)
        {
            int index = start + column;
            float extra = 0f;
            if (default(TEpilogue).ReadsElement)
                extra = operand[index];
            if (default(TEpilogue).ReadsColumn)
                extra = operand[column];
            c[index] = default(TEpilogue).Apply(sum, extra, product.Leak);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ColumnSum<TProduct>(ArrayView<float> sums, int column, TProduct product, float value)
        where TProduct : unmanaged, IGemmProduct<TProduct>
    {
        if (column < product.Columns)
            sums[product.FirstColumnSum + column] = value;
    }
}
