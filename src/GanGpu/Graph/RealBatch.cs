using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// The batch of the current step from the data set on the device: pixels are scaled to −1..1 and optionally mirrored at
/// random; numbers are unchanged.
/// </summary>
internal sealed class RealBatch(DataOrder order, SampleFormat sample, bool flip)
    : Operation([], new Shape(order.BatchSize, sample.Length))
{
    /// <summary>A pixel is one byte of the data set.</summary>
    public override LaunchCost Cost => base.Cost with { Bytes = Bytes + Output.Shape.Length };

    public override bool ReadsStep => true;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new BatchLaunch(
            order,
            Output.Shape.Columns,
            binding.Step,
            binding.DataSet,
            binding[Output],
            new()
            {
                Decoding = sample.Encoding is FloatsEncoding ? SampleDecoding.Floats : SampleDecoding.Bytes,
                FlipWidth = flip ? sample.Width : 0,
                Channels = sample.Channels,
                StagedBatches = binding.StagedBatches,
            }));
}
