using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Labels [rows, 1] drawn anew in every step, with equal probability for each class; the same for the same seed, stream
/// and step on every device.
/// </summary>
internal sealed class RandomLabels(int rows, int classes, ulong seed, uint stream) : Operation([], new Shape(rows, 1))
{
    public override bool ReadsStep => true;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new RandomLabelsLaunch(classes, seed, stream, binding.Step, binding[Output]));
}
