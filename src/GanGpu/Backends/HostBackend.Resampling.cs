using GanGpu.Kernels.Random;
using GanGpu.Kernels.Resampling;

namespace GanGpu.Backends;

/// <summary>Other sizes of images, and dropout.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action Upsample(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.PixelBlocks(nameof(Upsample), shape, x, y);
        return PixelBlocksHost.Repeat(team, shape, scale, Address(x), Address(y));
    }

    public Action SumPool(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.PixelBlocks(nameof(SumPool), shape, y, x);
        return PixelBlocksHost.Sum(team, shape, scale, Address(x), Address(y));
    }

    public Action DropoutMask(float keep, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.DropoutMask(keep, step);
        return DropoutHost.Bind(team, keep, seed, stream, Address(step), y.Length, Address(y));
    }
}
