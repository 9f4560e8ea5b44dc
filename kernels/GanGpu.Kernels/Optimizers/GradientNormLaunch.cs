using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// norm[0] = √Σ g², in a fixed order, and g ← g · min(1, limit / (norm + 1e-6)). With an infinite limit the norm is
/// only measured.
/// </summary>
internal readonly unsafe struct GradientNormLaunch(float limit, Slice<float> gradients, Slice<float> norm) : ILaunch
{
    private const string Operation = "GradientNorm";

    public void Check()
    {
        Limit(Operation, limit);
        Shape(Operation, "norm", norm, 1);
        Apart(Operation, "norm", norm, "gradients", gradients);
    }

    public Action Bind(IGpu gpu) =>
        GradientNormGpu.Of(gpu)
            .Bind(gpu.Stream, limit, gpu.View(gradients), gpu.View(norm),
                gpu.Scratch(GradientNormGpu.Scratch(gradients.Length)));

    public Action Bind(IHost host) =>
        GradientNormHost.Sweep(host.Team, limit, gradients.Length, host.Address(gradients), host.Address(norm));
}
