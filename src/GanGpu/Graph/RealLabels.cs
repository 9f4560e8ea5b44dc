using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// The labels [batch, 1] of the current step's real batch, row for row those of <see cref="RealBatch"/>.
/// </summary>
internal sealed class RealLabels(DataOrder order) : Operation([], new Shape(order.BatchSize, 1))
{
    /// <summary>One label is read for each label that is written.</summary>
    public override LaunchCost Cost => base.Cost with { Bytes = Bytes + (sizeof(int) * Output.Shape.Length) };

    public override bool ReadsStep => true;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new RealLabelsLaunch(order, binding.Step, binding.Labels, binding[Output]));
}
