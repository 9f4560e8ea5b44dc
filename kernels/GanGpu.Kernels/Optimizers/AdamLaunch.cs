using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// One Adam step over a whole arena: m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g²,
/// θ ← θ − coefficients[0] · m / (√v · coefficients[1] + ε).
/// </summary>
internal readonly unsafe struct AdamLaunch(
    AdamOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients,
    Slice<float> firstMoment, Slice<float> secondMoment) : ILaunch
{
    private const string Operation = "Adam";

    public void Check()
    {
        Shape(Operation, "coefficients", coefficients, 2);
        SameLength(Operation, "parameters", parameters, "gradients", gradients);
        SameLength(Operation, "parameters", parameters, "first moment", firstMoment);
        SameLength(Operation, "parameters", parameters, "second moment", secondMoment);
    }

    public Action Bind(IGpu gpu) =>
        AdamGpu.Of(gpu)
            .Bind(gpu.Stream, options, gpu.View(coefficients), gpu.View(parameters), gpu.View(gradients),
                gpu.View(firstMoment), gpu.View(secondMoment));

    public Action Bind(IHost host) =>
        AdamHost.Sweep(
            host.Team, options, parameters.Length, host.Address(coefficients), host.Address(parameters),
            host.Address(gradients), host.Address(firstMoment), host.Address(secondMoment));
}
