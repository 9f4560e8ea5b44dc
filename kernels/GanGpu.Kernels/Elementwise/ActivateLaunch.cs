using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = f(x). y may be x.</summary>
internal readonly unsafe struct ActivateLaunch(Activation activation, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "Activate";

    public void Check() => Unary(Operation, x, y);

    public Action Bind(IGpu gpu) =>
        ElementwiseGpu.Of(gpu)
            .BindActivate(gpu.Stream, activation, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        ElementwiseHost.Activate(host.Team, y.Length, activation, host.Address(x), host.Address(y));
}
