using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Reduction;

/// <summary>The term that is summed along a row, as a type.</summary>
internal interface IRowTerm
{
    float At(ArrayView<float> a, ArrayView<float> b, int i);
}

/// <summary>a.</summary>
internal readonly struct RowElement : IRowTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(ArrayView<float> a, ArrayView<float> b, int i) => a[i];
}

/// <summary>a · b.</summary>
internal readonly struct RowProduct : IRowTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(ArrayView<float> a, ArrayView<float> b, int i) => a[i] * b[i];
}

/// <summary>
/// sums[r] = Σ_c a[r,c], or Σ_c a[r,c] · b[r,c], of matrices [rows, columns], in a fixed order. Overwrites sums. One
/// thread sums a short row. One group sums a long row, or a part of one; a second launch then adds the parts' sums.
/// </summary>
internal sealed class RowSumsGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static RowSumsGpu Of(IGpu gpu) => gpu.Kernels(static g => new RowSumsGpu(g.Loader));

    private const int ShortRow = 32, ColumnsOfPart = 4096, MostParts = 128;

    /// <summary>One thread per row.</summary>
    public static void ShortRowsKernel<TTerm>(
        int rows, int columns, ArrayView<float> a, ArrayView<float> b, ArrayView<float> sums)
        where TTerm : unmanaged, IRowTerm
    {
        int row = Grid.IdxX * Group.DimX + Group.IdxX;
        if (row < rows)
        {
            float sum = 0f;
            for (int c = 0; c < columns; c++)
                sum += default(TTerm).At(a, b, row * columns + c);
            sums[row] = sum;
        }
    }

    /// <summary>
    /// One group per part of a row: a thread takes every 64th column of it, then a tree adds the threads' sums.
    /// </summary>
    public static void LongRowsKernel<TTerm>(
        int columns, int parts, int columnsOfPart, ArrayView<float> a, ArrayView<float> b, ArrayView<float> sums)
        where TTerm : unmanaged, IRowTerm
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupReduction.Size);
        int row = Grid.IdxX / parts, part = Grid.IdxX - row * parts;
        int end = IntrinsicMath.Min(columns, (part + 1) * columnsOfPart);
        float sum = 0f;
        for (int c = part * columnsOfPart + Group.IdxX; c < end; c += GroupReduction.Size)
            sum += default(TTerm).At(a, b, row * columns + c);
        sum = GroupReduction.Sum(shared, sum);
        if (Group.IdxX == 0)
            sums[Grid.IdxX] = sum;
    }

    /// <summary>Floats of scratch memory that a launch needs; 0 if rows are not divided.</summary>
    public static int Scratch(int rows, int columns) => Parts(columns) == 1 ? 0 : checked(rows * Parts(columns));

    /// <summary>
    /// sums[r] = Σ_c x[r,c]. Overwrites sums and scratch, which other launches of the same stream may share.
    /// </summary>
    public Action BindSums(
        AcceleratorStream stream, int rows, int columns, ArrayView<float> x, ArrayView<float> sums,
        ArrayView<float> scratch) =>
        Bind<RowElement>(stream, rows, columns, x, x, sums, scratch);

    /// <summary>
    /// sums[r] = Σ_c a[r,c] · b[r,c]. Overwrites sums and scratch, which other launches of the same stream may share.
    /// </summary>
    public Action BindDots(
        AcceleratorStream stream, int rows, int columns, ArrayView<float> a, ArrayView<float> b, ArrayView<float> sums,
        ArrayView<float> scratch) =>
        Bind<RowProduct>(stream, rows, columns, a, b, sums, scratch);

    private Action Bind<TTerm>(
        AcceleratorStream stream, int rows, int columns, ArrayView<float> a, ArrayView<float> b, ArrayView<float> sums,
        ArrayView<float> scratch)
        where TTerm : unmanaged, IRowTerm
    {
        if (columns <= ShortRow)
        {
            var shortRows = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>,
                ArrayView<float>, ArrayView<float>>>(ShortRowsKernel<TTerm>);
            KernelConfig perRow = loader.PerElement(rows);
            return () => shortRows(stream, perRow, rows, columns, a, b, sums);
        }

        var longRows = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(LongRowsKernel<TTerm>);
        int parts = Parts(columns), columnsOfPart = (columns + parts - 1) / parts;
        KernelConfig config = new(rows * parts, GroupReduction.Size);
        if (parts == 1)
            return () => longRows(stream, config, columns, 1, columns, a, b, sums);
        Action last = Bind<RowElement>(stream, rows, parts, scratch, scratch, sums, default);
        return () =>
        {
            longRows(stream, config, columns, parts, columnsOfPart, a, b, scratch);
            last();
        };
    }

    private static int Parts(int columns) =>
        columns < 2 * ColumnsOfPart ? 1 : Math.Min(MostParts, columns / ColumnsOfPart);
}
