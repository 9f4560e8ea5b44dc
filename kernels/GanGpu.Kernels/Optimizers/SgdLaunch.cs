using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Optimizers.UpdateChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// One step of descent with momentum: b ← μ·b + g, θ ← θ − coefficients[0] · b, or · (g + μ·b) with Nesterov's
/// momentum.
/// </summary>
internal readonly unsafe struct SgdLaunch(
    SgdOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients,
    Slice<float> momentum) : ILaunch
{
    private const string Operation = "Sgd";

    public void Check() => Update(Operation, coefficients, parameters, gradients, "momentum", momentum);

    public Action Bind(IGpu gpu) =>
        SgdGpu.Of(gpu)
            .Bind(gpu.Stream, options, gpu.View(coefficients), gpu.View(parameters), gpu.View(gradients),
                gpu.View(momentum));

    public Action Bind(IHost host) =>
        SgdHost.Sweep(
            host.Team, options, parameters.Length, host.Address(coefficients), host.Address(parameters),
            host.Address(gradients), host.Address(momentum));
}
