using GanGpu.Graph;

namespace GanGpu.Planning;

/// <summary>
/// Turns a graph into a plan: what nobody reads is left out, epilogues are fused, intermediate results share one arena.
/// </summary>
internal static class Planner
{
    /// <param name="results">What the plan must compute, in the order in which it is wanted.</param>
    /// <param name="kept">Tensors whose place is given from outside: parameters, gradients.</param>
    /// <param name="figures">What the step's end keeps for the host; null where the plan is no step.</param>
    public static Plan Build(IReadOnlyList<Tensor> results, IReadOnlySet<Tensor> kept, Tensor? figures = null)
    {
        List<Launch> launches = Fusion.Apply(TopologicalOrder.Of(results), results.ToHashSet());
        NormalizationFusion.Apply(launches, results.ToHashSet());
        if (figures is not null)
            launches.Add(new EndStep(figures));
        LogitsFusion.Apply(launches);
        FusedMatMulPair.Join(launches);
        (Dictionary<Tensor, int> offsets, int length, Dictionary<Tensor, (Tensor Kept, int Offset)> views) =
            ArenaLayout.Place(launches, results, kept);
        launches.RemoveAll(launch => launch is PlacedOperation);
        return new Plan(launches, offsets, length, views);
    }
}
