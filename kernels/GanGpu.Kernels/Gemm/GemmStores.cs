using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>Stores finished sums to C through the epilogue, and skips what is beyond C's edges.</summary>
internal static class GemmStores
{
    /// <summary>
    /// The index at which a row of C begins, or a negative number if C has no such row. It is computed once for all
    /// stores to the row.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Row<TProduct>(TProduct product, int row)
        where TProduct : unmanaged, IGemmProduct<TProduct>
    {
        int start = product.RowOfC(row) * product.Columns;
        return product.HasRow(row) ? start : -1;
    }

    /// <summary>Stores four columns of a row one element at a time, for any number of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreEach<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int start, int column, TProduct product, Float4 sums)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        Store<TProduct, TEpilogue>(c, operand, start, column, product, sums.X);
        Store<TProduct, TEpilogue>(c, operand, start, column + 1, product, sums.Y);
        Store<TProduct, TEpilogue>(c, operand, start, column + 2, product, sums.Z);
        Store<TProduct, TEpilogue>(c, operand, start, column + 3, product, sums.W);
    }

    /// <summary>Stores four columns of a row at once; the number of columns must be a multiple of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store4<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int start, int column, TProduct product, Float4 sums)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (start >= 0 & column < product.Columns)
        {
            int index = (start + column) / 4;
            Float4 extra = default;
            if (default(TEpilogue).ReadsElement)
                extra = operand.Cast<Float4>()[index];
            if (default(TEpilogue).ReadsColumn)
                extra = operand.Cast<Float4>()[column / 4];
            Float4 result;
            result.X = default(TEpilogue).Apply(sums.X, extra.X, product.Leak);
            result.Y = default(TEpilogue).Apply(sums.Y, extra.Y, product.Leak);
            result.Z = default(TEpilogue).Apply(sums.Z, extra.Z, product.Leak);
            result.W = default(TEpilogue).Apply(sums.W, extra.W, product.Leak);
            c.Cast<Float4>()[index] = result;
        }
    }

    /// <summary>Stores four column sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ColumnSums<TProduct>(ArrayView<float> sums, int column, TProduct product, Float4 values)
        where TProduct : unmanaged, IGemmProduct<TProduct>
    {
        ColumnSum(sums, column, product, values.X);
        ColumnSum(sums, column + 1, product, values.Y);
        ColumnSum(sums, column + 2, product, values.Z);
        ColumnSum(sums, column + 3, product, values.W);
    }

    /// <summary>Stores one element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TProduct, TEpilogue>(
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
