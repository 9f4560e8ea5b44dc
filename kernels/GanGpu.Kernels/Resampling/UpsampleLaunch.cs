using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Resampling.PixelBlockChecks;

namespace GanGpu.Kernels.Resampling;

/// <summary>
/// y [Large, Channels] = scale · x [Small, Channels] of the pixel whose block it is in; see <see cref="PixelBlocks"/>.
/// </summary>
internal readonly unsafe struct UpsampleLaunch(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "Upsample";

    public void Check() => PixelBlocks(Operation, shape, x, y);

    public Action Bind(IGpu gpu) =>
        PixelBlocksGpu.Of(gpu)
            .BindRepeat(gpu.Stream, shape, scale, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        PixelBlocksHost.Repeat(host.Team, shape, scale, host.Address(x), host.Address(y));
}
