using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Reverse-mode differentiation of a graph into a graph. The result consists of symbolic operations only; those that
/// nobody reads never reach a plan.
/// </summary>
internal static class Gradients
{
    /// <summary>
    /// The gradients towards <paramref name="parameters"/> of Σ ⟨output, cotangent⟩ over <paramref name="objective"/>,
    /// in the order of the parameters.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes of an output and its cotangent differ, or no output depends on a
    /// parameter.</exception>
    public static Tensor[] Of(IReadOnlyList<(Tensor Output, Tensor Cotangent)> objective, IReadOnlyList<Tensor> parameters)
    {
        Dictionary<Tensor, Tensor> cotangents = [];
        foreach ((Tensor output, Tensor cotangent) in objective)
        {
            if (output.Shape != cotangent.Shape)
                throw new ArgumentException(
                    $"A cotangent needs the shape of its output: got {output} and {cotangent}.");
            Accumulate(cotangents, output, cotangent);
        }

        List<Operation> order = TopologicalOrder.Of(objective.Select(part => part.Output));
        HashSet<Tensor> trained = [.. parameters];
        foreach (Operation operation in order)
        {
            if (operation.Inputs.Any(trained.Contains))
                trained.UnionWith(operation.Outputs);
        }

        foreach (Operation operation in Enumerable.Reverse(order))
        {
            if (!operation.Inputs.Any(trained.Contains) || !operation.Outputs.Any(cotangents.ContainsKey))
                continue;
            Tensor?[] towardsInputs =
                operation.VectorJacobian([.. operation.Outputs.Select(cotangents.GetValueOrDefault)]);
            for (int i = 0; i < towardsInputs.Length; i++)
            {
                if (towardsInputs[i] is { } contribution && trained.Contains(operation.Inputs[i]))
                    Accumulate(cotangents, operation.Inputs[i], contribution);
            }
        }

        return [.. parameters.Select(parameter => cotangents.GetValueOrDefault(parameter)
            ?? throw new ArgumentException($"Nothing that is differentiated depends on the parameter {parameter}."))];
    }

    private static void Accumulate(Dictionary<Tensor, Tensor> cotangents, Tensor tensor, Tensor contribution) =>
        cotangents[tensor] = cotangents.TryGetValue(tensor, out Tensor? sum) ? sum + contribution : contribution;
}
