using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;

namespace GanGpu.Planning;

/// <summary>
/// A graph made ready to replay: the launches in order, and where in one arena each intermediate result lies.
/// The places of parameters, gradients and other tensors that outlive a step are given when it is bound.
/// </summary>
internal sealed class Plan(
    IReadOnlyList<Launch> launches, IReadOnlyDictionary<Tensor, int> offsets, int arenaLength,
    IReadOnlyDictionary<Tensor, (Tensor Kept, int Offset)> views)
{
    public IReadOnlyList<Launch> Launches { get; } = launches;

    /// <summary>Offset of each intermediate tensor in the arena, in floats.</summary>
    public IReadOnlyDictionary<Tensor, int> Offsets { get; } = offsets;

    /// <summary>Floats that the intermediate results need at the same time.</summary>
    public int ArenaLength { get; } = arenaLength;

    /// <summary>The launches as actions on a device, in order.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="arena">At least <see cref="ArenaLength"/> floats, free for this plan while it runs.</param>
    /// <param name="kept">The places of the tensors that are not in the arena.</param>
    /// <param name="step">The step counter.</param>
    /// <param name="dataSet">The training images, where the plan draws batches.</param>
    /// <param name="clock">What ends the step, where the plan does.</param>
    /// <param name="stagedSteps">0 where these are the whole data set; else the steps whose batches they are, see
    /// <c>DataStream</c>.</param>
    /// <param name="numbers">They are numbers, four bytes each, rather than pixels.</param>
    /// <param name="labels">The class of each image of the whole data set, where the plan asks for labels.</param>
    public Action[] Bind(
        IBackend backend, DeviceBuffer<float> arena, IReadOnlyDictionary<Tensor, Slice<float>> kept, Slice<uint> step,
        Slice<byte> dataSet = default, StepClock? clock = null, int stagedSteps = 0, bool numbers = false,
        Slice<int> labels = default)
    {
        Dictionary<Tensor, Slice<float>> places = new(kept);
        foreach ((Tensor tensor, int offset) in Offsets)
            places.Add(tensor, new Slice<float>(arena, offset, tensor.Shape.Length));
        foreach ((Tensor tensor, (Tensor owner, int offset)) in views)
            places.Add(tensor, kept[owner].Part(offset, tensor.Shape.Length));
        PlanBinding binding = new(backend, places)
        {
            Step = step,
            DataSet = dataSet,
            Clock = clock,
            StagedSteps = stagedSteps,
            DataIsNumbers = numbers,
            Labels = labels,
        };
        return [.. Launches.Select(launch => launch.Bind(binding))];
    }
}
