using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Optimizers.UpdateChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>One RMSProp step: v ← α·v + (1−α)·g², θ ← θ − coefficients[0] · g / (√v + ε).</summary>
internal readonly unsafe struct RmsPropLaunch(
    RmsPropOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients,
    Slice<float> meanSquare) : ILaunch
{
    private const string Operation = "RmsProp";

    public void Check() => Update(Operation, coefficients, parameters, gradients, "mean square", meanSquare);

    public Action Bind(IGpu gpu) =>
        RmsPropGpu.Of(gpu)
            .Bind(gpu.Stream, options, gpu.View(coefficients), gpu.View(parameters), gpu.View(gradients),
                gpu.View(meanSquare));

    public Action Bind(IHost host) =>
        RmsPropHost.Sweep(
            host.Team, options, parameters.Length, host.Address(coefficients), host.Address(parameters),
            host.Address(gradients), host.Address(meanSquare));
}
