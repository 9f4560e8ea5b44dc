using GanGpu.Benchmarking;
using GanGpu.Kernels;
using GanGpu.Planning;

namespace GanGpu.Graph;

/// <summary>The batch of the current step from the data set on the device, scaled to −1..1.</summary>
internal sealed class RealBatch(DataOrder order, int sampleSize) : Operation([], new Shape(order.BatchSize, sampleSize))
{
    /// <summary>A pixel is one byte of the data set.</summary>
    public override LaunchCost Cost => base.Cost with { Bytes = Bytes + Output.Shape.Length };

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Batch(order, Output.Shape.Columns, binding.Step, binding.DataSet, binding[Output]);
}
