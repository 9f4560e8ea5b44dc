using GanGpu.Kernels.Batch;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Planning;

namespace GanGpu.Training;

/// <summary>An objective's updates, described, differentiated and planned, but on no device yet.</summary>
/// <param name="Networks">The networks' parameters, by their index.</param>
/// <param name="Updates">The updates, in the objective's order.</param>
/// <param name="Schedule">Which of them each step takes, see <see cref="IObjective.Schedule"/>.</param>
internal sealed record UpdatePlans(
    IReadOnlyList<Parameters> Networks, IReadOnlyList<PlannedUpdate> Updates,
    IReadOnlyList<IReadOnlyList<int>> Schedule)
{
    /// <summary>
    /// Floats for the intermediate results. Updates run one after the other, so theirs can lie in the same memory.
    /// </summary>
    public int ArenaLength => Updates.Max(update => update.Plan.ArenaLength);

    /// <summary>Numbers that the updates which a network leads report of each batch; 0 if it leads none.</summary>
    /// <param name="network">The network's index.</param>
    public int MetricsOf(int network) => Updates.FirstOrDefault(update => update.Leader == network)
        ?.Graph.Metrics.Shape.Length ?? 0;

    /// <summary>Updates of a network in each step.</summary>
    /// <param name="network">The network's index.</param>
    public int UpdatesPerStep(int network) => Schedule[0].Count(update =>
        Updates[update].Graph.Trained.Any(trained => trained.Network == network));

    /// <summary>Updates in each step of the network that is updated most often: each takes real samples of its own.</summary>
    public int MostUpdatesPerStep => Enumerable.Range(0, Networks.Count).Max(UpdatesPerStep);

    /// <param name="objective">What is trained.</param>
    /// <param name="order">Which real sample is in which row of which batch.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="frozen">Tensors that stay as they are; null for none.</param>
    /// <exception cref="InvalidInputException">There is no tensor of a name that is to be frozen.</exception>
    /// <exception cref="OverflowException">A tensor, or all of them together, would have more elements than an int can
    /// number.</exception>
    public static UpdatePlans Build(
        IObjective objective, DataOrder order, ulong seed, FrozenTensors? frozen = null)
    {
        if (frozen is { Count: 0 })
            frozen = null;
        Parameters[] networks =
        [
            .. objective.Networks.Select((role, index) => new Parameters(seed, (uint)index)
            {
                Frozen = frozen is null ? null : name => frozen.Has($"{role.Name}.{name}"),
            }),
        ];
        IReadOnlyList<UpdateGraph> graphs = objective.Updates(order, networks);
        frozen?.CheckUsed(
        [
            .. objective.Networks.Zip(networks).SelectMany(network => network.Second.All
                .Select(parameter => parameter.Tensor.Name)
                .Concat(network.Second.States.Select(state => state.Tensor.Name + Parameters.StateSuffix))
                .Select(name => $"{network.First.Name}.{name}")),
        ]);
        foreach (Parameters network in networks)
            network.LayOut();
        HashSet<Tensor> weights = [.. networks.SelectMany(network => network.All.Concat(network.States))
            .Select(parameter => parameter.Tensor)];
        return new UpdatePlans(
            networks,
            [.. graphs.Select(graph => new PlannedUpdate(
                graph,
                Planner.Build(
                    graph.Results, weights.Concat(graph.External).ToHashSet(), graph.Metrics, graph.Trained.Count)))],
            objective.Schedule);
    }
}

/// <summary>An update and its plan.</summary>
internal sealed record PlannedUpdate(UpdateGraph Graph, Plan Plan)
{
    /// <summary>The index of the network whose count of batches is the update's.</summary>
    public int Leader => Graph.Trained[0].Network;
}
