using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>
/// An update, bound to a device once; <see cref="Trainer"/> replays it from then on. It takes one batch, or the mean
/// gradient of several.
/// </summary>
internal sealed class BoundUpdate
{
    /// <param name="backend">The device.</param>
    /// <param name="update">What the update computes, and its plan.</param>
    /// <param name="arena">Room for the plan's intermediate results.</param>
    /// <param name="networks">All networks, by their index.</param>
    /// <param name="data">The training samples.</param>
    /// <param name="batches">Batches that the update takes.</param>
    public BoundUpdate(
        IBackend backend, PlannedUpdate update, DeviceBuffer<float> arena, IReadOnlyList<TrainedNetwork> networks,
        ResidentData data, int batches)
    {
        Leader = networks[update.Leader];
        TrainedNetwork[] trained = [.. update.Graph.Trained.Select(gradients => networks[gradients.Network])];
        Trained = trained;
        ReadsData = update.Plan.Launches.Any(launch => launch is RealBatch);
        Dictionary<Tensor, Slice<float>> slices = [];
        foreach ((Tensor tensor, Slice<float> slice) in networks.SelectMany(network => network.Weights.Slices))
            slices.Add(tensor, slice);
        foreach ((TrainedNetwork network, NetworkGradients gradients) in trained.Zip(update.Graph.Trained))
        {
            foreach ((Tensor tensor, Slice<float> slice) in network.Weights.SlicesIn(
                network.Optimizer.BatchGradients, gradients.Tensors))
                slices.Add(tensor, slice);
        }

        foreach (StateUpdate state in update.Graph.States)
            slices.Add(state.Stored, slices[state.State]);
        PlanBinding binding = new(backend, arena, slices)
        {
            Step = Leader.Optimizer.Step.All,
            Clocks = [.. trained.Select(network => network.Optimizer.Clock(Leader.Ring!.Values.All))],
            DataSet = data.Bytes.All,
            StagedBatches = data.StagedBatches,
            Labels = data.Labels?.All ?? default,
        };
        List<(Action Issue, LaunchCost Cost)> batch =
        [
            .. update.Plan.Bind(binding).Zip(update.Plan.Launches, (issue, launch) => (issue, launch.Cost)),
            .. trained.SelectMany(network => network.Optimizer.BindBatch()),
        ];
        List<(Action Issue, LaunchCost Cost)> all =
        [
            .. trained.SelectMany(network => network.Optimizer.BindBegin()),
            .. Enumerable.Repeat(batch, batches).SelectMany(launch => launch),
            .. trained.SelectMany(network => network.Optimizer.BindUpdate()),
        ];
        Launches = [.. all.Select(launch => launch.Issue)];
        Costs = [.. all.Select(launch => launch.Cost with { Network = Leader.Role.Letter })];
    }

    /// <summary>The network whose count of batches is the update's.</summary>
    public TrainedNetwork Leader { get; }

    /// <summary>The networks that it updates.</summary>
    public IReadOnlyList<TrainedNetwork> Trained { get; }

    /// <summary>Whether it takes real samples, those that its leader's count of batches says.</summary>
    public bool ReadsData { get; }

    /// <summary>What issues the update, in order.</summary>
    public IReadOnlyList<Action> Launches { get; }

    /// <summary>What each of the launches does.</summary>
    public IReadOnlyList<LaunchCost> Costs { get; }
}
