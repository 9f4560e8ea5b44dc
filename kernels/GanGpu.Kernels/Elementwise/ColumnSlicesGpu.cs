using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// Concatenates columns, slices them, and pads them with zeros. One thread per element of y, which each overwrites.
/// </summary>
internal sealed class ColumnSlicesGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static ColumnSlicesGpu Of(IGpu gpu) => gpu.Kernels(static g => new ColumnSlicesGpu(g.Loader));

    /// <summary>y[r] = (a[r], b[r]): columns of a, then those of b, width in all.</summary>
    public static void ConcatenateColumnsKernel(
        int length, int width, int columnsOfA, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int row = i / width, column = i - row * width;
            if (column < columnsOfA)
                y[i] = a[row * columnsOfA + column];
            else
                y[i] = b[row * (width - columnsOfA) + column - columnsOfA];
        }
    }

    /// <summary>y[r,c] = x[r, first + c] for c below count.</summary>
    public static void SliceColumnsKernel(
        int length, int columns, int first, int count, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int row = i / count;
            y[i] = x[row * columns + first + i - row * count];
        }
    }

    /// <summary>y[r, first + c] = x[r,c] for c below count; all other elements are 0.</summary>
    public static void PadColumnsKernel(
        int length, int columns, int first, int count, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int row = i / columns, column = i - row * columns - first;
            float value = 0f;
            if (column >= 0 && column < count)
                value = x[row * count + column];
            y[i] = value;
        }
    }

    public Action BindConcatenate(
        AcceleratorStream stream, int width, int columnsOfA, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(ConcatenateColumnsKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, width, columnsOfA, a, b, y);
    }

    public Action BindSlice(
        AcceleratorStream stream, int columns, int first, int count, ArrayView<float> x, ArrayView<float> y) =>
        Bind(stream, SliceColumnsKernel, columns, first, count, x, y);

    public Action BindPad(
        AcceleratorStream stream, int columns, int first, int count, ArrayView<float> x, ArrayView<float> y) =>
        Bind(stream, PadColumnsKernel, columns, first, count, x, y);

    private Action Bind(
        AcceleratorStream stream, Action<int, int, int, int, ArrayView<float>, ArrayView<float>> kernel, int columns,
        int first, int count, ArrayView<float> x, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, int, ArrayView<float>,
            ArrayView<float>>>(kernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, columns, first, count, x, y);
    }
}
