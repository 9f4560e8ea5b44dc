using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>The memory of a plan's tensors on one device, and the operands that its launches share.</summary>
/// <param name="backend">The device.</param>
/// <param name="arena">Memory for the plan's intermediate results, not used by others while the plan runs.</param>
/// <param name="slices">The memory of the external tensors, which outlive the plan: weights, gradients, inputs.</param>
internal sealed class PlanBinding(
    IBackend backend, DeviceBuffer<float> arena, IReadOnlyDictionary<Tensor, Slice<float>> slices)
{
    private readonly Dictionary<Tensor, Slice<float>> slices = new(slices);

    public IBackend Backend { get; } = backend;

    /// <summary>The number of the current step, read by launches that differ from step to step.</summary>
    public required Slice<uint> Step { get; init; }

    /// <summary>
    /// The clock of each network that the plan trains, to be advanced to the next batch; empty if it trains none.
    /// </summary>
    public IReadOnlyList<StepClock> Clocks { get; init; } = [];

    /// <summary>The training samples, one after the other; empty if the plan draws no batch.</summary>
    public Slice<byte> DataSet { get; init; }

    /// <summary>The label of each image of the whole data set; empty if the plan needs no labels.</summary>
    public Slice<int> Labels { get; init; }

    /// <summary>
    /// See <see cref="Kernels.Batch.BatchForm.StagedBatches"/>; 0 if <see cref="DataSet"/> is the whole data set.
    /// </summary>
    public int StagedBatches { get; init; }

    public Slice<float> this[Tensor tensor] => slices[tensor];

    /// <summary>Places a tensor in the arena.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="offset">Floats before it.</param>
    public void PlaceInArena(Tensor tensor, int offset) =>
        slices[tensor] = new Slice<float>(arena, offset, tensor.Shape.Length);

    /// <summary>Places a tensor in another one.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="owner">The tensor that it is a part of.</param>
    /// <param name="offset">Floats of the owner before it.</param>
    public void PlaceIn(Tensor tensor, Tensor owner, int offset) =>
        slices[tensor] = slices[owner].Part(offset, tensor.Shape.Length);
}
