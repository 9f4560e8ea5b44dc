using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Resampling.ResamplingChecks;

namespace GanGpu.Kernels.Resampling;

/// <summary>
/// y [Large, Channels] = scale · x [Small, Channels] of the small pixel whose block it is in; see
/// <see cref="ResamplingShape"/>.
/// </summary>
internal readonly unsafe struct UpsampleLaunch(ResamplingShape shape, float scale, Slice<float> x, Slice<float> y)
    : ILaunch
{
    private const string Operation = "Upsample";

    public void Check() => Operands(Operation, shape, x, y);

    public Action Bind(IGpu gpu) =>
        ResamplingGpu.Of(gpu)
            .BindRepeat(gpu.Stream, shape, scale, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        ResamplingHost.Repeat(host.Team, shape, scale, host.Address(x), host.Address(y));
}
