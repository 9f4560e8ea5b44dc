using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// Turns a graph into a plan: unused operations are dropped, epilogues are fused, intermediate results share one arena.
/// </summary>
internal static class Planner
{
    /// <param name="results">The tensors to compute, in this order.</param>
    /// <param name="external">External tensors, whose memory is not in the arena: parameters, gradients.</param>
    /// <param name="metrics">The metrics of a batch that the host may ask for; null if the plan trains nothing.</param>
    /// <param name="clocks">Number of networks that the plan trains, each with its own clock.</param>
    public static Plan Build(
        IReadOnlyList<Tensor> results, IReadOnlySet<Tensor> external, Tensor? metrics = null, int clocks = 1)
    {
        List<Launch> launches = Fusion.Apply(TopologicalOrder.Of(results), results.ToHashSet());
        NormalizationFusion.Apply(launches, results.ToHashSet());
        if (metrics is not null)
            launches.AddRange(Enumerable.Range(0, clocks).Select(clock => new AdvanceStep(metrics, clock)));
        LogitsFusion.Apply(launches);
        FusedMatMulPair.Join(launches);
        (Dictionary<Tensor, int> offsets, int length, Dictionary<Tensor, (Tensor External, int Offset)> views) =
            ArenaLayout.Place(launches, results, external);
        launches.RemoveAll(launch => launch is PlacedOperation);
        return new Plan(launches, offsets, length, views);
    }
}
