using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using GanGpu.Kernels.Random;
using GanGpu.Kernels.Reduction;
using ILGPU;

namespace GanGpu.Backends;

/// <summary>The operations: each checks what it is bound to and gives it to its kernel.</summary>
internal sealed partial class IlgpuBackend
{
    private readonly GemmGpu gemm;
    private readonly ElementwiseGpu elementwise;
    private readonly ReductionGpu reduction;
    private readonly LogitLossGpu logitLoss;
    private readonly LogitsLayerGpu logitsLayer;
    private readonly EndStepGpu endStep;
    private readonly AdamGpu adam;
    private readonly NoiseGpu noise;
    private readonly BatchGpu batch;

    public Action Gemm(GemmShape shape, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        LaunchArguments.Gemm(shape, a, b, c, epilogue);
        return gemm.Bind(Stream, Operands(new(shape, a, b, c, epilogue)));
    }

    public Action GemmPair(GemmLaunch weights, GemmLaunch inputs)
    {
        LaunchArguments.GemmPair(weights, inputs);
        return gemm.BindPair(Stream, Operands(weights), Operands(inputs));
    }

    public Action AddBias(int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y)
    {
        LaunchArguments.AddBias(rows, columns, x, bias, y);
        return elementwise.BindAddBias(Stream, columns, View(x), View(bias), View(y));
    }

    public Action Activate(Activation activation, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Activate(x, y);
        return elementwise.BindActivate(Stream, activation, View(x), View(y));
    }

    public Action ActivationGradient(Activation activation, Slice<float> dy, Slice<float> y, Slice<float> dx)
    {
        LaunchArguments.ActivationGradient(dy, y, dx);
        return elementwise.BindActivationGradient(Stream, activation, View(dy), View(y), View(dx));
    }

    public Action ColumnSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.ColumnSums(rows, columns, x, sums);
        return reduction.BindColumnSums(Stream, rows, columns, View(x), View(sums), Scratch(ReductionGpu.ColumnSumsScratch(rows, columns)));
    }

    public Action BroadcastRows(int rows, int columns, Slice<float> row, Slice<float> y)
    {
        LaunchArguments.BroadcastRows(rows, columns, row, y);
        return elementwise.BindBroadcastRows(Stream, columns, View(row), View(y));
    }

    public Action Add(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Add), a, b, y);
        return elementwise.BindAdd(Stream, View(a), View(b), View(y));
    }

    public Action Multiply(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Multiply), a, b, y);
        return elementwise.BindMultiply(Stream, View(a), View(b), View(y));
    }

    public Action Scale(float factor, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Scale(x, y);
        return elementwise.BindScale(Stream, factor, View(x), View(y));
    }

    public Action Fill(float value, Slice<float> y)
    {
        LaunchArguments.Inside(y);
        return elementwise.BindFill(Stream, value, View(y));
    }

    public Action LogitLoss(LogitLossKind kind, BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures)
    {
        LaunchArguments.LogitLoss(kind, targets, logits, gradient, figures);
        return logitLoss.Bind(Stream, kind, targets, View(logits), View(gradient), View(figures));
    }

    public Action LogitsLayer(LogitsLayer layer)
    {
        LaunchArguments.LogitsLayer(layer);
        ArrayView<float> figures = View(layer.Figures);
        LogitsLayerGpu.Constants constants = new()
        {
            Rows = layer.Rows,
            Columns = layer.Columns,
            Targets = layer.Targets,
            WeightGradient = layer.WeightGradient is null ? 0 : 1,
            InputGradient = layer.InputGradient is null ? 0 : 1,
            End = layer.Clock is { } end ? EndStepGpu.Constants.Of(end.Options, end.Batches, layer.Figures.Length, end.Ring.Length / layer.Figures.Length) : default,
        };

        // A kernel has no optional parameters: what is not asked for is given some view that it then leaves alone.
        return logitsLayer.Bind(
            Stream, constants, layer.InputActivation, layer.Loss, View(layer.X), View(layer.Weights), View(layer.Bias), View(layer.Logits), View(layer.Gradient), figures,
            layer.WeightGradient is { } dw ? View(dw) : figures, layer.BiasGradient is { } db ? View(db) : figures, layer.InputGradient is { } dx ? View(dx) : figures,
            layer.Clock is { } step ? View(step.Step) : figures.Cast<uint>(),
            layer.Clock is { } rate ? View(rate.LearningRate) : figures,
            layer.Clock is { } clock ? View(clock.Coefficients) : figures,
            layer.Clock is { } ring ? View(ring.Ring) : figures);
    }

    public Action EndStep(StepClock clock, Slice<float> figures)
    {
        LaunchArguments.EndStep(clock, figures);
        return endStep.Bind(Stream, clock.Options, clock.Batches, View(clock.Step), View(clock.LearningRate), View(clock.Coefficients), View(figures), View(clock.Ring));
    }

    public Action Adam(AdamOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> firstMoment, Slice<float> secondMoment)
    {
        LaunchArguments.Adam(coefficients, parameters, gradients, firstMoment, secondMoment);
        return adam.Bind(Stream, options, View(coefficients), View(parameters), View(gradients), View(firstMoment), View(secondMoment));
    }

    public Action Noise(NoiseDistribution distribution, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.Noise(step);
        return noise.Bind(Stream, distribution, seed, stream, View(step), View(y));
    }

    public Action Batch(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, BatchForm form = default)
    {
        LaunchArguments.Batch(order, sampleSize, step, dataSet, y, form);
        return batch.Bind(Stream, order, sampleSize, form, View(step), View(dataSet), View(y));
    }

    private GemmOperands Operands(GemmLaunch launch)
    {
        (GemmFusion fusion, Slice<float> operand) = Fusion(launch.Epilogue, launch.C);
        return new(
            launch.Shape, View(launch.A), View(launch.B), View(launch.C), fusion, launch.Epilogue.Activation, View(operand), Aligned(launch.A, launch.B, launch.C, operand));
    }

    /// <summary>What is fused behind a product, and the operand that it takes: <paramref name="any"/> where it takes none.</summary>
    private static (GemmFusion Fusion, Slice<float> Operand) Fusion(GemmEpilogue epilogue, Slice<float> any) => epilogue switch
    {
        { Bias: { } bias } => (GemmFusion.Bias, bias),
        { Output: { } output } => (GemmFusion.ActivationGradient, output),
        { ColumnSums: { } sums } => (GemmFusion.ColumnSums, sums),
        _ => (GemmFusion.None, any),
    };

    /// <summary>All begin at multiples of 16 bytes.</summary>
    private static bool Aligned(Slice<float> a, Slice<float> b, Slice<float> c, Slice<float> d) => ((a.Offset | b.Offset | c.Offset | d.Offset) & 3) == 0;
}
