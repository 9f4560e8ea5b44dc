using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;

namespace GanGpu.Graph;

/// <summary>Where the tensors of a plan lie on one device, and what its launches share.</summary>
internal sealed class PlanBinding(IBackend backend, IReadOnlyDictionary<Tensor, Slice<float>> places)
{
    public IBackend Backend { get; } = backend;

    /// <summary>The count of steps, read by whatever differs from step to step.</summary>
    public required Slice<uint> Step { get; init; }

    /// <summary>What ends a step; null where the plan ends none.</summary>
    public StepClock? Clock { get; init; }

    /// <summary>The training samples, one after the other; empty where a plan draws no batch.</summary>
    public Slice<byte> DataSet { get; init; }

    /// <summary>The class of each image of the whole data set; empty where a plan asks for no labels.</summary>
    public Slice<int> Labels { get; init; }

    /// <summary>Whether <see cref="DataSet"/> holds numbers, four bytes each, rather than pixels.</summary>
    public bool DataIsNumbers { get; init; }

    /// <summary>
    /// See <see cref="Kernels.Batch.BatchForm.StagedSteps"/>; 0 where <see cref="DataSet"/> is the whole data set.
    /// </summary>
    public int StagedSteps { get; init; }

    public Slice<float> this[Tensor tensor] => places[tensor];
}
