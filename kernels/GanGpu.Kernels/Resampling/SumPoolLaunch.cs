using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Resampling.PixelBlockChecks;

namespace GanGpu.Kernels.Resampling;

/// <summary>
/// y [Small, Channels] = scale · Σ x [Large, Channels] over each pixel's block; see <see cref="PixelBlocks"/>.
/// </summary>
internal readonly unsafe struct SumPoolLaunch(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "SumPool";

    public void Check() => PixelBlocks(Operation, shape, y, x);

    public Action Bind(IGpu gpu) =>
        PixelBlocksGpu.Of(gpu)
            .BindSum(gpu.Stream, shape, scale, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        PixelBlocksHost.Sum(host.Team, shape, scale, host.Address(x), host.Address(y));
}
