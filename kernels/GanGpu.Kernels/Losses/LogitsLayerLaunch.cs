using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// A discriminator's last layer, which has one unit, its loss (not relativistic pairing) and the gradients of both, in
/// one launch: logits = X·w + bias; gradient and metrics as <see cref="LogitLossLaunch"/>; dw = Xᵀ·gradient and db = Σ
/// gradient; dx = (gradient·wᵀ) ⊙ f'(X); then <see cref="AdvanceStepLaunch"/>. The last three are optional.
/// </summary>
/// <param name="Rows">Logits, at most <see cref="LogitsLayerGpu.MostRows"/>.</param>
/// <param name="Columns">Values of a row of <see cref="X"/>.</param>
/// <param name="Targets">The targets of the logits.</param>
internal readonly record struct LogitsLayerLaunch(int Rows, int Columns, BinaryTargets Targets) : ILaunch
{
    /// <summary>The loss; any except relativistic pairing.</summary>
    public LogitLossKind Loss { get; init; }

    /// <summary>[Rows, Columns], the output of the previous layer.</summary>
    public required Slice<float> X { get; init; }

    /// <summary>[Columns, 1].</summary>
    public required Slice<float> Weights { get; init; }

    /// <summary>[1].</summary>
    public required Slice<float> Bias { get; init; }

    /// <summary>[Rows, 1], written.</summary>
    public required Slice<float> Logits { get; init; }

    /// <summary>[Rows, 1], written: the objective's gradient towards the logits.</summary>
    public required Slice<float> Gradient { get; init; }

    /// <summary>[4], written; see <see cref="LogitLossLaunch"/>.</summary>
    public required Slice<float> Metrics { get; init; }

    /// <summary>[Columns, 1], written if the layer is trained.</summary>
    public Slice<float>? WeightGradient { get; init; }

    /// <summary>[1], written if the layer is trained.</summary>
    public Slice<float>? BiasGradient { get; init; }

    /// <summary>
    /// [Rows, Columns], written if the layers before are differentiated: the gradient through
    /// <see cref="InputActivation"/>, towards the activation's input.
    /// </summary>
    public Slice<float>? InputGradient { get; init; }

    /// <summary>The activation whose output is X.</summary>
    public Activation InputActivation { get; init; }

    /// <summary>The clock of the step, if the launch ends it.</summary>
    public StepClock? Clock { get; init; }

    private const string Operation = "LogitsLayer";

    private LogitLossLaunch Objective => new(Loss, Targets, Logits, Gradient, Metrics);

    public void Check()
    {
        (int rows, int columns) = (Rows, Columns);
        Matrix(Operation, rows, columns, "x", X);
        if (rows > LogitsLayerGpu.MostRows)
            throw new ArgumentException(
                FormattableString.Invariant($"{Operation}: {rows} rows are more than {LogitsLayerGpu.MostRows}."));
        Shape(Operation, "the weights", Weights, columns, 1);
        Shape(Operation, "the bias", Bias, 1);
        if (Loss == LogitLossKind.RelativisticPairing)
            throw new ArgumentException($"{Operation}: pairs are not judged in one launch with the layer.");
        Objective.Check();
        Shape(Operation, "the logits", Logits, rows, 1);
        if (WeightGradient is null != BiasGradient is null)
            throw new ArgumentException($"{Operation}: the gradients of weights and bias come together.");
        if (WeightGradient is { } weightGradient)
            Shape(Operation, "the weights' gradient", weightGradient, columns, 1);
        if (BiasGradient is { } biasGradient)
            Shape(Operation, "the bias gradient", biasGradient, 1);
        if (InputGradient is { } inputGradient)
            Shape(Operation, "the input's gradient", inputGradient, rows, columns);
        foreach (
            Slice<float>? written in new[] { Logits, Gradient, Metrics, WeightGradient, BiasGradient, InputGradient })
        {
            foreach (
                (string name, Slice<float> read) in new[] { ("x", X), ("the weights", Weights), ("the bias", Bias) })
            {
                if (written is { } output)
                    Apart(Operation, "an output", output, name, read);
            }
        }

        if (Clock is { } clock)
            new AdvanceStepLaunch(clock, Metrics).Check();
    }

    public Action Bind(IGpu gpu) => LogitsLayerGpu.Of(gpu).Bind(gpu, this);

    /// <summary>As separate parts: a launch costs the processor nothing that a joint launch would save.</summary>
    public Action Bind(IHost host)
    {
        Action parts = new GemmLaunch(new(Rows, 1, Columns), X, Weights, Logits, new() { Bias = Bias }).Bind(host)
            + Objective.Bind(host);
        if (WeightGradient is { } weightGradient)
            parts += new GemmLaunch(
                new(Columns, 1, Rows, TransposeA: true), X, Gradient, weightGradient,
                new() { ColumnSums = BiasGradient }).Bind(host);
        if (InputGradient is { } inputGradient)
        {
            parts += new GemmLaunch(
                new(Rows, Columns, 1, TransposeB: true), Gradient, Weights, inputGradient, new()
                {
                    Output = X,
                    Activation = InputActivation,
                }).Bind(host);
        }

        return Clock is { } clock ? parts + new AdvanceStepLaunch(clock, Metrics).Bind(host) : parts;
    }
}
