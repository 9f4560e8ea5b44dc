using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Random numbers, new ones in every step; the same for the same seed, stream and step on every device.
/// </summary>
internal sealed class Noise(Shape shape, NoiseDistribution distribution, ulong seed, uint stream) : Operation([], shape)
{
    public override bool ReadsStep => true;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new NoiseLaunch(distribution, seed, stream, binding.Step, binding[Output]));
}
