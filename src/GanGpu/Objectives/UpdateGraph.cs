using GanGpu.Networks;

namespace GanGpu.Objectives;

/// <summary>
/// One update as a graph: what it computes, and the gradients of the networks that it trains. It differentiates nothing
/// of the other networks.
/// </summary>
/// <param name="Metrics">The numbers that are reported.</param>
/// <param name="Trained">The networks that it trains, in the order in which they are applied. The first leads: its
/// count of batches is the update's.</param>
/// <param name="States">The states of all networks that the update changes, and what to.</param>
internal sealed record UpdateGraph(
    Tensor Metrics, IReadOnlyList<NetworkGradients> Trained, IReadOnlyList<StateUpdate> States)
{
    /// <summary>
    /// The gradients last layer first, each as soon as it can be computed: the backward pass then keeps no more than it
    /// must. States are stored at the end, when nobody reads their old values any more.
    /// </summary>
    public IReadOnlyList<Tensor> Results =>
        [Metrics, .. Gradients.Reverse(), .. States.Select(update => update.Value),
            .. States.Select(update => update.Stored)];

    /// <summary>Tensors that have a place of their own outside of the arena, but for weights and states.</summary>
    public IEnumerable<Tensor> External => Gradients.Concat(States.Select(update => update.Stored));

    private IEnumerable<Tensor> Gradients => Trained.SelectMany(network => network.Tensors);

    /// <summary>Differentiates an objective towards the weights of the networks that it trains.</summary>
    /// <param name="metrics">What is reported.</param>
    /// <param name="cotangents">Where differentiation begins: outputs, and the objective's derivative by each.</param>
    /// <param name="networks">The parameters of all networks.</param>
    /// <param name="trained">The indices of those that are trained, in the order in which they are applied.</param>
    public static UpdateGraph Of(
        Tensor metrics, IReadOnlyList<(Tensor Output, Tensor Cotangent)> cotangents,
        IReadOnlyList<Parameters> networks, params ReadOnlySpan<int> trained)
    {
        int[] others = [.. Enumerable.Range(0, networks.Count).Except(trained.ToArray())];
        Tensor[] weights =
            [.. trained.ToArray().SelectMany(network => networks[network].Trained).Select(weight => weight.Tensor)];
        IReadOnlyList<Tensor> gradients;
        try
        {
            gradients = Graph.Gradients.Of(cotangents, weights);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // Networks and losses may be a program's own.
            throw new InvalidInputException($"The networks can't be trained by this loss: {e.Message}", e);
        }

        List<NetworkGradients> parts = [];
        int first = 0;
        foreach (int network in trained)
        {
            int count = networks[network].Trained.Count;
            parts.Add(new(network, [.. gradients.Skip(first).Take(count)]));
            first += count;
        }

        return new UpdateGraph(
            metrics, parts,
            [.. trained.ToArray().Concat(others).SelectMany(network => networks[network].TakeUpdates())
                .Select(update => new StateUpdate(update.State, update.Value))]);
    }
}

/// <summary>The gradients of one network's parameters, in their order.</summary>
/// <param name="Network">The network's index.</param>
/// <param name="Tensors">Of each parameter that is not frozen.</param>
internal sealed record NetworkGradients(int Network, IReadOnlyList<Tensor> Tensors);
