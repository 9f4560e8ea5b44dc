using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Reduction;

/// <summary>
/// Operations between a matrix and one row for each group of its rows (<see cref="RowGroups"/>): sums, their transpose,
/// and a scale and shift of each group's columns. Overwrites y.
/// </summary>
internal sealed class RowGroupsGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static RowGroupsGpu Of(IGpu gpu) => gpu.Kernels(static g => new RowGroupsGpu(g.Loader));

    // Sums of more rows take two launches.
    private const int RowsAtOnce = 128;

    /// <summary>
    /// y[g,c] = factor · Σ_r x[g · rows + r, c], where the last group may have fewer rows; one thread per column of a
    /// group.
    /// </summary>
    public static void SumKernel(
        int length, int columns, int rows, int allRows, int parts, float factor, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int group = i / columns / parts, part = i / columns % parts, column = i % columns;
            int end = IntrinsicMath.Min(allRows, (part + 1) * rows);
            float sum = 0f;
            for (int row = part * rows; row < end; row++)
                sum += x[(group * allRows + row) * columns + column];
            y[i] = factor * sum;
        }
    }

    /// <summary>y[g · Rows + r, c] = factor · x[g, c].</summary>
    public static void RepeatKernel(RowGroups shape, float factor, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
            y[i] = factor * x[i / shape.GroupLength * shape.Columns + i % shape.Columns];
    }

    /// <summary>y[g · Rows + r, c] = f(scale[g,c] · x[g · Rows + r, c] + shift[g,c]).</summary>
    public static void ScaleShiftKernel<TActivation>(
        RowGroups shape, float leak, ArrayView<float> x, ArrayView<float> scale, ArrayView<float> shift,
        ArrayView<float> y)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int statistic = i / shape.GroupLength * shape.Columns + i % shape.Columns;
            y[i] = default(TActivation).Apply(scale[statistic] * x[i] + shift[statistic], leak);
        }
    }

    /// <summary>Floats of scratch memory that <see cref="BindSum"/> needs; 0 if one launch suffices.</summary>
    public static int SumScratch(RowGroups shape) =>
        shape.Rows <= RowsAtOnce ? 0 : checked(Parts(shape) * shape.StatsLength);

    public Action BindSum(
        AcceleratorStream stream, RowGroups shape, float factor, ArrayView<float> x, ArrayView<float> sums,
        ArrayView<float> scratch)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, int, int, float,
            ArrayView<float>, ArrayView<float>>>(SumKernel);
        KernelConfig one = loader.PerElement(shape.StatsLength);
        if (shape.Rows <= RowsAtOnce)
            return () =>
                launch(stream, one, shape.StatsLength, shape.Columns, shape.Rows, shape.Rows, 1, factor, x, sums);

        int parts = Parts(shape), rows = (shape.Rows + parts - 1) / parts, length = parts * shape.StatsLength;
        KernelConfig all = loader.PerElement(length);
        return () =>
        {
            launch(stream, all, length, shape.Columns, rows, shape.Rows, parts, 1f, x, scratch);
            launch(stream, one, shape.StatsLength, shape.Columns, parts, parts, 1, factor, scratch, sums);
        };
    }

    public Action BindRepeat(
        AcceleratorStream stream, RowGroups shape, float factor, ArrayView<float> x, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, float, ArrayView<float>,
            ArrayView<float>>>(RepeatKernel);
        KernelConfig config = loader.PerElement(shape.Length);
        return () => launch(stream, config, shape, factor, x, y);
    }

    public Action BindScaleShift(
        AcceleratorStream stream, RowGroups shape, Activation activation, ArrayView<float> x, ArrayView<float> scale,
        ArrayView<float> shift, ArrayView<float> y)
    {
        Delegate kernel = activation.Kind switch
        {
            ActivationKind.Identity => ScaleShiftKernel<IdentityActivation>,
            ActivationKind.LeakyRelu => ScaleShiftKernel<LeakyReluActivation>,
            ActivationKind.Relu => ScaleShiftKernel<ReluActivation>,
            ActivationKind.Tanh => ScaleShiftKernel<TanhActivation>,
            ActivationKind.Sigmoid => ScaleShiftKernel<SigmoidActivation>,
            _ => throw new ArgumentOutOfRangeException(
                nameof(activation), activation.Kind, "This activation has no kernel."),
        };
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, float, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(kernel);
        KernelConfig config = loader.PerElement(shape.Length);
        return () => launch(stream, config, shape, activation.Leak, x, scale, shift, y);
    }

    private static int Parts(RowGroups shape)
    {
        int rows = Math.Max(RowsAtOnce / 2, (int)Math.Sqrt(shape.Rows));
        return (shape.Rows + rows - 1) / rows;
    }
}
