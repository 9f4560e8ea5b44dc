using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// Exponentials of the rows of x [rows, columns] and their sums, with the row's maximum subtracted first, so that
/// nothing overflows. One group per row. Each overwrites y.
/// </summary>
internal sealed class SoftmaxGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static SoftmaxGpu Of(IGpu gpu) => gpu.Kernels(static g => new SoftmaxGpu(g.Loader));

    /// <summary>y[r,c] = e^x[r,c] / Σ_i e^x[r,i].</summary>
    public static void SoftmaxKernel(int columns, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupReduction.Size);
        int first = Grid.IdxX * columns;
        float greatest = Greatest(shared, columns, first, x);
        float sum = SumOfExponentials(shared, columns, first, greatest, x);
        for (int c = Group.IdxX; c < columns; c += GroupReduction.Size)
            y[first + c] = PreciseMath.Exp(x[first + c] - greatest) / sum;
    }

    /// <summary>y[r] = ln Σ_c e^x[r,c].</summary>
    public static void LogSumExpKernel(int columns, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupReduction.Size);
        int first = Grid.IdxX * columns;
        float greatest = Greatest(shared, columns, first, x);
        float sum = SumOfExponentials(shared, columns, first, greatest, x);
        if (Group.IdxX == 0)
            y[Grid.IdxX] = greatest + PreciseMath.Log(sum);
    }

    /// <summary>The maximum of a row; NaN is skipped.</summary>
    public static float Greatest(ArrayView<float> shared, int columns, int first, ArrayView<float> x)
    {
        float greatest = float.NegativeInfinity;
        for (int c = Group.IdxX; c < columns; c += GroupReduction.Size)
        {
            float value = x[first + c];
            greatest = value > greatest ? value : greatest;
        }

        return GroupReduction.Max(shared, greatest);
    }

    public Action BindSoftmax(
        AcceleratorStream stream, int rows, int columns, ArrayView<float> x, ArrayView<float> y) =>
        Bind(stream, SoftmaxKernel, rows, columns, x, y);

    public Action BindLogSumExp(
        AcceleratorStream stream, int rows, int columns, ArrayView<float> x, ArrayView<float> y) =>
        Bind(stream, LogSumExpKernel, rows, columns, x, y);

    private static float SumOfExponentials(
        ArrayView<float> shared, int columns, int first, float greatest, ArrayView<float> x)
    {
        float sum = 0f;
        for (int c = Group.IdxX; c < columns; c += GroupReduction.Size)
            sum += PreciseMath.Exp(x[first + c] - greatest);
        return GroupReduction.Sum(shared, sum);
    }

    private Action Bind(
        AcceleratorStream stream, Action<int, ArrayView<float>, ArrayView<float>> kernel, int rows, int columns,
        ArrayView<float> x, ArrayView<float> y)
    {
        var launch =
            loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>>(kernel);
        KernelConfig config = new(rows, GroupReduction.Size);
        return () => launch(stream, config, columns, x, y);
    }
}
