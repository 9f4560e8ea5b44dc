using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Random;

/// <summary>
/// Element i is drawn from Philox block i/4 with counter (i/4, step[0], stream): uniform numbers are 2u − 1 of the four
/// words; normal ones √(−2 ln u₁)·(cos 2πu₂, sin 2πu₂) of the words (X, Y), then of (Z, W), u₁ in (0, 1], u₂ in [0, 1).
/// </summary>
internal readonly unsafe struct NoiseLaunch(
    NoiseDistribution distribution, ulong seed, uint stream, Slice<uint> step, Slice<float> y) : ILaunch
{
    private const string Operation = "Noise";

    public void Check() => Shape(Operation, "step", step, 1);

    public Action Bind(IGpu gpu) =>
        NoiseGpu.Of(gpu)
            .Bind(gpu.Stream, distribution, seed, stream, gpu.View(step), gpu.View(y));

    public Action Bind(IHost host) =>
        NoiseHost.Bind(host.Team, distribution, seed, stream, host.Address(step), y.Length, host.Address(y));
}
