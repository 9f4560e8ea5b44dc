using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// Gathers rows of a table by label, and scatters them back. Labels are the integers 0, 1, … as floats, which hold them
/// exactly up to 2^24; there is one for each of <c>rows</c>. A label that is not in 0..classes − 1 names no row. Each
/// overwrites its last argument.
/// </summary>
internal sealed class GatherGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static GatherGpu Of(IGpu gpu) => gpu.Kernels(static g => new GatherGpu(g.Loader));

    /// <summary>y[r,c] = table[label_r, c]; 0 if the label names no row. One thread per element of y.</summary>
    public static void GatherRowsKernel(
        int length, int classes, int columns, ArrayView<float> table, ArrayView<float> labels, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int row = i / columns;
            float label = labels[row], value = 0f;
            if (IsLabel(label, classes))
                value = table[(int)label * columns + i - row * columns];
            y[i] = value;
        }
    }

    /// <summary>
    /// sums[k,c] = Σ x[r,c] over the rows r with label k, in their order. One thread per element of sums.
    /// </summary>
    public static void ScatterAddRowsKernel(
        int length, int rows, int columns, ArrayView<float> x, ArrayView<float> labels, ArrayView<float> sums)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int label = i / columns, column = i - label * columns;
            float sum = 0f;
            for (int row = 0; row < rows; row++)
            {
                if (labels[row] == label)
                    sum += x[row * columns + column];
            }

            sums[i] = sum;
        }
    }

    /// <summary>y[r,k] = 1 if the label of r is k, otherwise 0. One thread per element.</summary>
    public static void OneHotKernel(int length, int classes, ArrayView<float> labels, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int row = i / classes;
            y[i] = labels[row] == i - row * classes ? 1f : 0f;
        }
    }

    /// <summary>Whether a label names one of the classes.</summary>
    // Compared as integers: ILGPU inverts a comparison of floats when it makes a branch of it, and then NaN would pass.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLabel(float label, int classes) => (uint)(int)label < (uint)classes;

    public Action BindGatherRows(
        AcceleratorStream stream, int classes, int columns, ArrayView<float> table, ArrayView<float> labels,
        ArrayView<float> y) =>
        Bind(stream, GatherRowsKernel, classes, columns, table, labels, y);

    public Action BindScatterAddRows(
        AcceleratorStream stream, int rows, int columns, ArrayView<float> x, ArrayView<float> labels,
        ArrayView<float> sums) =>
        Bind(stream, ScatterAddRowsKernel, rows, columns, x, labels, sums);

    public Action BindOneHot(AcceleratorStream stream, int classes, ArrayView<float> labels, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(
            OneHotKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, classes, labels, y);
    }

    private Action Bind(
        AcceleratorStream stream, Action<int, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>> kernel,
        int rowsOfFirst, int columns,
        ArrayView<float> first, ArrayView<float> labels, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(kernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, rowsOfFirst, columns, first, labels, y);
    }
}
