using GanGpu.Kernels.Random;
using GanGpu.Kernels.Resampling;

namespace GanGpu.Backends;

/// <summary>Other sizes of images, and dropout.</summary>
internal sealed partial class IlgpuBackend
{
    private PixelBlocksGpu Blocks => field ??= new(loader);

    private DropoutGpu Dropout => field ??= new(loader);

    public Action Upsample(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.PixelBlocks(nameof(Upsample), shape, x, y);
        return Blocks.BindRepeat(Stream, shape, scale, View(x), View(y));
    }

    public Action SumPool(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.PixelBlocks(nameof(SumPool), shape, y, x);
        return Blocks.BindSum(Stream, shape, scale, View(x), View(y));
    }

    public Action DropoutMask(float keep, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.DropoutMask(keep, step);
        return Dropout.Bind(Stream, keep, seed, stream, View(step), View(y));
    }
}
