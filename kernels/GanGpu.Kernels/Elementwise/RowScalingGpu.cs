using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// Operations with one number per row: broadcast it along the row, multiply the row by it, or divide the row by its
/// length. Each overwrites y.
/// </summary>
internal sealed class RowScalingGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static RowScalingGpu Of(IGpu gpu) => gpu.Kernels(static g => new RowScalingGpu(g.Loader));

    /// <summary>y[r,c] = column[r]. One thread per element.</summary>
    public static void BroadcastColumnsKernel(int length, int columns, ArrayView<float> column, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = column[i / columns];
    }

    /// <summary>y[r,c] = factors[r] · x[r,c]. One thread per element.</summary>
    public static void ScaleRowsKernel(
        int length, int columns, ArrayView<float> x, ArrayView<float> factors, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = factors[i / columns] * x[i];
    }

    /// <summary>y_r = x_r / max(‖x_r‖, least). One group per row.</summary>
    public static void RowDirectionsKernel(int columns, float least, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupReduction.Size);
        int first = Grid.IdxX * columns;
        float squares = 0f;
        for (int c = Group.IdxX; c < columns; c += GroupReduction.Size)
            squares += x[first + c] * x[first + c];
        float norm = MathF.Sqrt(GroupReduction.Sum(shared, squares));
        float divisor = norm < least ? least : norm;
        for (int c = Group.IdxX; c < columns; c += GroupReduction.Size)
            y[first + c] = x[first + c] / divisor;
    }

    public Action BindBroadcastColumns(
        AcceleratorStream stream, int columns, ArrayView<float> column, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(
            BroadcastColumnsKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, columns, column, y);
    }

    public Action BindScaleRows(AcceleratorStream stream, int columns, ArrayView<float> x, ArrayView<float> factors,
        ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>,
            ArrayView<float>>>(ScaleRowsKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, columns, x, factors, y);
    }

    public Action BindRowDirections(AcceleratorStream stream, int rows, int columns, float least, ArrayView<float> x,
        ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>,
            ArrayView<float>>>(RowDirectionsKernel);
        KernelConfig config = new(rows, GroupReduction.Size);
        return () => launch(stream, config, columns, least, x, y);
    }
}
