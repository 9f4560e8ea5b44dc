using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>Clips x to ±limit in place; NaN stays NaN.</summary>
internal readonly unsafe struct WeightClipLaunch(float limit, Slice<float> x) : ILaunch
{
    private const string Operation = "WeightClip";

    public void Check() => Limit(Operation, limit);

    public Action Bind(IGpu gpu) =>
        WeightClipGpu.Of(gpu).Bind(gpu.Stream, limit, gpu.View(x));

    public Action Bind(IHost host) =>
        WeightClipHost.Sweep(host.Team, limit, x.Length, host.Address(x));
}
