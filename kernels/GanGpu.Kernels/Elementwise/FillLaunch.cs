using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = value, everywhere.</summary>
internal readonly unsafe struct FillLaunch(float value, Slice<float> y) : ILaunch
{
    public void Check() => Inside(y);

    public Action Bind(IGpu gpu) =>
        ElementwiseGpu.Of(gpu).BindFill(gpu.Stream, value, gpu.View(y));

    public Action Bind(IHost host) =>
        ElementwiseHost.Fill(host.Team, y.Length, value, host.Address(y));
}
