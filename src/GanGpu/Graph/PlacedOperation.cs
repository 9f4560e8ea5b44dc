using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// An operation that computes nothing: its inputs and outputs are parts of the same memory, and the planner places them
/// accordingly. It costs no launch.
/// </summary>
internal abstract class PlacedOperation(Tensor[] inputs, params Shape[] outputs) : Operation(inputs, outputs)
{
    /// <summary>Joins the memory blocks of its tensors.</summary>
    public abstract void Place(MemoryBlocks blocks);

    public sealed override Action Bind(PlanBinding binding) =>
        throw new InvalidOperationException(
            $"{GetType().Name} is a matter of placement; the planner leaves nothing to launch.");
}
