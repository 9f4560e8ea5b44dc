using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>What samples go through before they are judged.</summary>
internal partial interface IBackend
{
    /// <summary>
    /// y = DiffAugment of samples x [Rows, Length], or its linear part, or that one's transpose; see <see cref="AugmentShape"/>
    /// and <see cref="AugmentDraw"/>.
    /// </summary>
    Action Augment(AugmentShape shape, ulong seed, uint stream, Slice<uint> step, Slice<float> x, Slice<float> y);
}
