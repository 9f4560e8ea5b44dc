using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;

namespace GanGpu.Graph;

/// <summary>Where the tensors of a plan lie on one device, and what its launches share.</summary>
/// <param name="backend">The device.</param>
/// <param name="arena">Room for the plan's intermediate results, free for this plan while it runs.</param>
/// <param name="places">Where the tensors lie that outlive the plan: weights, gradients, inputs.</param>
internal sealed class PlanBinding(
    IBackend backend, DeviceBuffer<float> arena, IReadOnlyDictionary<Tensor, Slice<float>> places)
{
    private readonly Dictionary<Tensor, Slice<float>> places = new(places);

    public IBackend Backend { get; } = backend;

    /// <summary>The count of steps, read by whatever differs from step to step.</summary>
    public required Slice<uint> Step { get; init; }

    /// <summary>
    /// What is turned to the next batch: the clock of each network that the plan trains; none if it trains none.
    /// </summary>
    public IReadOnlyList<StepClock> Clocks { get; init; } = [];

    /// <summary>The training samples, one after the other; empty where a plan draws no batch.</summary>
    public Slice<byte> DataSet { get; init; }

    /// <summary>The class of each image of the whole data set; empty where a plan asks for no labels.</summary>
    public Slice<int> Labels { get; init; }

    /// <summary>
    /// See <see cref="Kernels.Batch.BatchForm.StagedBatches"/>; 0 where <see cref="DataSet"/> is the whole data set.
    /// </summary>
    public int StagedBatches { get; init; }

    public Slice<float> this[Tensor tensor] => places[tensor];

    /// <summary>Gives a tensor its place in the arena.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="offset">Floats before it.</param>
    public void PlaceInArena(Tensor tensor, int offset) =>
        places[tensor] = new Slice<float>(arena, offset, tensor.Shape.Length);

    /// <summary>Gives a tensor its place in another one.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="owner">What it is a part of.</param>
    /// <param name="offset">Floats of the owner before it.</param>
    public void PlaceIn(Tensor tensor, Tensor owner, int offset) =>
        places[tensor] = places[owner].Part(offset, tensor.Shape.Length);
}
