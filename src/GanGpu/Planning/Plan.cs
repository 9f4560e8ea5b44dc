using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;

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

    /// <summary>The launches of a plan that trains nothing as actions on a device, in order.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="arena">At least <see cref="ArenaLength"/> floats, free for this plan while it runs.</param>
    /// <param name="kept">The places of the tensors that are not in the arena.</param>
    /// <param name="step">The step counter.</param>
    public Action[] Bind(
        IBackend backend, DeviceBuffer<float> arena, IReadOnlyDictionary<Tensor, Slice<float>> kept,
        Slice<uint> step) => Bind(new PlanBinding(backend, arena, kept) { Step = step });

    /// <summary>The launches as actions on a device, in order.</summary>
    /// <param name="binding">Where the tensors lie that are not in the arena, and what the launches share.</param>
    public Action[] Bind(PlanBinding binding)
    {
        foreach ((Tensor tensor, int offset) in Offsets)
            binding.PlaceInArena(tensor, offset);
        foreach ((Tensor tensor, (Tensor owner, int offset)) in views)
            binding.PlaceIn(tensor, owner, offset);
        return [.. Launches.Select(launch => launch.Bind(binding))];
    }
}
