using System.Diagnostics;
using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// A graph ready to be replayed: the launches in order, and the offset of each intermediate result in one arena. The
/// memory of external tensors (parameters, gradients and others that outlive a step) is given when the plan is bound.
/// </summary>
[DebuggerDisplay("{Launches.Count} launches, {ArenaLength} floats")]
internal sealed class Plan(
    IReadOnlyList<Launch> launches, IReadOnlyDictionary<Tensor, int> offsets, int arenaLength,
    IReadOnlyDictionary<Tensor, (Tensor External, int Offset)> views)
{
    public IReadOnlyList<Launch> Launches { get; } = launches;

    /// <summary>Offset of each intermediate tensor in the arena, in floats.</summary>
    public IReadOnlyDictionary<Tensor, int> Offsets { get; } = offsets;

    /// <summary>Floats that the intermediate results need at the same time.</summary>
    public int ArenaLength { get; } = arenaLength;

    /// <summary>The launches of a plan that trains nothing as actions on a device, in order.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="arena">At least <see cref="ArenaLength"/> floats, not used by others while the plan runs.</param>
    /// <param name="external">The memory of the external tensors, which are not in the arena.</param>
    /// <param name="step">The step counter.</param>
    public Action[] Bind(
        IBackend backend, DeviceBuffer<float> arena, IReadOnlyDictionary<Tensor, Slice<float>> external,
        Slice<uint> step) => Bind(new PlanBinding(backend, arena, external) { Step = step });

    /// <summary>The launches as actions on a device, in order.</summary>
    /// <param name="binding">The memory of the external tensors, and the operands that launches share.</param>
    public Action[] Bind(PlanBinding binding)
    {
        foreach ((Tensor tensor, int offset) in Offsets)
            binding.PlaceInArena(tensor, offset);
        foreach ((Tensor tensor, (Tensor owner, int offset)) in views)
            binding.PlaceIn(tensor, owner, offset);
        return [.. Launches.Select(launch => launch.Bind(binding))];
    }
}
