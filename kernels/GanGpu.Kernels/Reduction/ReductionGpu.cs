using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Reduction;

/// <summary>
/// sums[c] = Σ_r x[r,c] of x [rows, columns], in a fixed order. Many rows are divided into parts, whose sums a second
/// launch adds: with few columns (a bias of a convolution), one thread per column would leave the device idle.
/// </summary>
internal sealed class ReductionGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static ReductionGpu Of(IGpu gpu) => gpu.Kernels(static g => new ReductionGpu(g.Loader));

    private const int GroupSize = 64, RowsOfPart = 64, MostParts = 128;

    /// <summary>
    /// sums[p,c] = Σ x[r,c] over the rows of part p, one thread per column, GroupSize columns of one part to a group.
    /// </summary>
    public static void ColumnSumsKernel(
        int rows, int columns, int rowsOfPart, ArrayView<float> x, ArrayView<float> sums)
    {
        int groupsOfPart = (columns + GroupSize - 1) / GroupSize;
        int part = Grid.IdxX / groupsOfPart;
        int column = (Grid.IdxX - part * groupsOfPart) * GroupSize + Group.IdxX;
        int end = IntrinsicMath.Min(rows, (part + 1) * rowsOfPart);
        if (column < columns)
        {
            float sum = 0f;
            for (int row = part * rowsOfPart; row < end; row++)
                sum += x[row * columns + column];
            sums[part * columns + column] = sum;
        }
    }

    /// <summary>Floats of scratch memory that <see cref="BindColumnSums"/> needs; 0 if one launch suffices.</summary>
    public static int ColumnSumsScratch(int rows, int columns)
    {
        int parts = Parts(rows);
        return parts == 1 ? 0 : parts * columns;
    }

    /// <summary>Overwrites sums and scratch, which other launches of the same stream may share.</summary>
    public Action BindColumnSums(
        AcceleratorStream stream, int rows, int columns, ArrayView<float> x, ArrayView<float> sums,
        ArrayView<float> scratch)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ArrayView<float>,
            ArrayView<float>>>(ColumnSumsKernel);
        int groups = (columns + GroupSize - 1) / GroupSize;
        int parts = Parts(rows);
        KernelConfig one = new(groups, GroupSize);
        if (parts == 1)
            return () => launch(stream, one, rows, columns, rows, x, sums);

        KernelConfig all = new(groups * parts, GroupSize);
        int rowsOfPart = RowsIn(rows);
        return () =>
        {
            launch(stream, all, rows, columns, rowsOfPart, x, scratch);
            launch(stream, one, parts, columns, parts, scratch, sums);
        };
    }

    private static int RowsIn(int rows) => Math.Max(RowsOfPart, (rows + MostParts - 1) / MostParts);

    private static int Parts(int rows) => (rows + RowsIn(rows) - 1) / RowsIn(rows);
}
