using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>What samples go through before they are judged.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action Augment(AugmentShape shape, ulong seed, uint stream, Slice<uint> step, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Augment(shape, step, x, y);
        return AugmentHost.Bind(team, shape, seed, stream, Address(step), Address(x), Address(y));
    }
}
