using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>What samples go through before they are judged.</summary>
internal sealed partial class IlgpuBackend
{
    private AugmentGpu Augmentations => field ??= new(loader);

    public Action Augment(AugmentShape shape, ulong seed, uint stream, Slice<uint> step, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Augment(shape, step, x, y);
        return Augmentations.Bind(Stream, shape, seed, stream, View(step), View(x), View(y));
    }
}
