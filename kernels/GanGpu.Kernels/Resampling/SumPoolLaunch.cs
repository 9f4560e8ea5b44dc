using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Resampling.ResamplingChecks;

namespace GanGpu.Kernels.Resampling;

/// <summary>
/// y [Small, Channels] = scale · Σ x [Large, Channels] over each pixel's block; see <see cref="ResamplingShape"/>.
/// </summary>
internal readonly unsafe struct SumPoolLaunch(ResamplingShape shape, float scale, Slice<float> x, Slice<float> y)
    : ILaunch
{
    private const string Operation = "SumPool";

    public void Check() => Operands(Operation, shape, y, x);

    public Action Bind(IGpu gpu) =>
        ResamplingGpu.Of(gpu)
            .BindSum(gpu.Stream, shape, scale, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        ResamplingHost.Sum(host.Team, shape, scale, host.Address(x), host.Address(y));
}
