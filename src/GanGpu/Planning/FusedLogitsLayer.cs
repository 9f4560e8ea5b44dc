using GanGpu.Graph;
using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// A layer of one unit with its loss, the gradients of both, and the end of the step; see
/// <see cref="LogitsLayerLaunch"/>.
/// </summary>
internal sealed class FusedLogitsLayer(FusedMatMul layer, LogitLoss loss) : Launch
{
    /// <summary>
    /// The most values of the layer's input for which one group of threads is as fast as several launches: its data
    /// then fit into the cache of one multiprocessor. An estimate: 64 Ki floats, 512 rows of 128.
    /// </summary>
    public const int MostElements = 1 << 16;

    /// <summary>Xᵀ · gradient with its column sums, if the layer is trained.</summary>
    public FusedMatMul? WeightGradient { get; init; }

    /// <summary>gradient · wᵀ ⊙ f'(X), if the layers before are differentiated.</summary>
    public FusedMatMul? InputGradient { get; init; }

    public AdvanceStep? End { get; init; }

    public override IReadOnlyList<Tensor> Inputs => layer.Inputs;

    public override IReadOnlyList<Tensor> Outputs =>
        [layer.C, loss.Gradient, loss.Metrics, .. WeightGradient?.Outputs ?? [], .. InputGradient?.Outputs ?? []];

    public override LaunchCost Cost => new(
        "LogitsLayer", layer.Gemm.ToString(),
        string.Join(
            ", ", ((string?[])["loss", WeightGradient is null ? null : "weight gradient", InputGradient is null ? null
                : "input gradient", End is null ? null : "end of step"]).Where(part => part is not null)),
        layer.Gemm.Flops + (WeightGradient?.Gemm.Flops ?? 0) + (InputGradient?.Gemm.Flops ?? 0),
        Bytes + (End is null ? 0 : AdvanceStep.ClockBytes));

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new LogitsLayerLaunch(layer.Gemm.M, layer.Gemm.K, loss.Targets)
        {
            Loss = loss.Kind,
            X = binding[layer.A],
            Weights = binding[layer.B],
            Bias = binding[layer.Bias!],
            Logits = binding[layer.C],
            Gradient = binding[loss.Gradient],
            Metrics = binding[loss.Metrics],
            WeightGradient = WeightGradient is null ? null : binding[WeightGradient.C],
            BiasGradient = WeightGradient is null ? null : binding[WeightGradient.ColumnSums!],
            InputGradient = InputGradient is null ? null : binding[InputGradient.C],
            InputActivation = InputGradient?.Activation ?? default,
            Clock = End is null ? null : binding.Clocks[End.Clock],
        });
}
