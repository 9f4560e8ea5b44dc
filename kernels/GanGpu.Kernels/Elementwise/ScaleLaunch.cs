using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = factor · x. y may be x.</summary>
internal readonly unsafe struct ScaleLaunch(float factor, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "Scale";

    public void Check() => Unary(Operation, x, y);

    public Action Bind(IGpu gpu) =>
        ElementwiseGpu.Of(gpu).BindScale(gpu.Stream, factor, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        ElementwiseHost.Scale(host.Team, y.Length, factor, host.Address(x), host.Address(y));
}
