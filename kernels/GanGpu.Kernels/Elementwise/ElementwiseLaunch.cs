using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = f(x + offset). y may be x.</summary>
internal readonly unsafe struct ElementwiseLaunch(
    ElementwiseFunction function, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "Elementwise";

    public void Check() => Unary(Operation, x, y);

    public Action Bind(IGpu gpu) =>
        FunctionGpu.Of(gpu).Bind(gpu.Stream, function, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        FunctionHost.Bind(host.Team, y.Length, function, host.Address(x), host.Address(y));
}
