using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// 1 / keep with probability keep, otherwise 0, drawn anew in every step; the same for the same seed, stream and step
/// on every device.
/// </summary>
internal sealed class DropoutMask(Shape shape, float keep, ulong seed, uint stream) : Operation([], shape)
{
    public float Keep { get; } = keep;

    public ulong Seed { get; } = seed;

    public uint Stream { get; } = stream;

    public override bool ReadsStep => true;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new DropoutMaskLaunch(Keep, Seed, Stream, binding.Step, binding[Output]));
}
