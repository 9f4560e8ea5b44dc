using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>dx = dy ⊙ f'(x), from the output y = f(x). dx may be dy.</summary>
internal readonly unsafe struct ActivationGradientLaunch(
    Activation activation, Slice<float> dy, Slice<float> y, Slice<float> dx) : ILaunch
{
    private const string Operation = "ActivationGradient";

    public void Check()
    {
        SameLength(Operation, "dy", dy, "y", y);
        SameLength(Operation, "dy", dy, "dx", dx);
        SameOrApart(Operation, "dx", dx, "dy", dy);
        Apart(Operation, "dx", dx, "y", y);
    }

    public Action Bind(IGpu gpu) =>
        ElementwiseGpu.Of(gpu)
            .BindActivationGradient(gpu.Stream, activation, gpu.View(dy), gpu.View(y), gpu.View(dx));

    public Action Bind(IHost host) =>
        ElementwiseHost.ActivationGradient(
            host.Team, dx.Length, activation, host.Address(dy), host.Address(y), host.Address(dx));
}
