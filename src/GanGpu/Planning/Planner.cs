using GanGpu.Graph;

namespace GanGpu.Planning;

/// <summary>
/// Turns a graph into a plan: what nobody reads is left out, epilogues are fused, intermediate results share one arena.
/// </summary>
internal static class Planner
{
    /// <param name="results">What the plan must compute, in the order in which it is wanted.</param>
    /// <param name="kept">Tensors whose place is given from outside: parameters, gradients.</param>
    /// <param name="figures">What is kept for the host of each batch; null if the plan trains nothing.</param>
    /// <param name="clocks">Networks that the plan trains, each with a clock of its own.</param>
    public static Plan Build(
        IReadOnlyList<Tensor> results, IReadOnlySet<Tensor> kept, Tensor? figures = null, int clocks = 1)
    {
        List<Launch> launches = Fusion.Apply(TopologicalOrder.Of(results), results.ToHashSet());
        NormalizationFusion.Apply(launches, results.ToHashSet());
        if (figures is not null)
            launches.AddRange(Enumerable.Range(0, clocks).Select(clock => new AdvanceStep(figures, clock)));
        LogitsFusion.Apply(launches);
        FusedMatMulPair.Join(launches);
        (Dictionary<Tensor, int> offsets, int length, Dictionary<Tensor, (Tensor Kept, int Offset)> views) =
            ArenaLayout.Place(launches, results, kept);
        launches.RemoveAll(launch => launch is PlacedOperation);
        return new Plan(launches, offsets, length, views);
    }
}
