using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Objectives.Gan;

namespace GanGpu.Training;

/// <summary>
/// One player's update, bound to a device once; <see cref="GanTrainer"/> replays it from then on. It takes one batch,
/// or the mean gradient of several.
/// </summary>
internal sealed class TrainingStep
{
    /// <param name="backend">The device.</param>
    /// <param name="update">What the step computes, and its plan.</param>
    /// <param name="arena">Room for the plan's intermediate results.</param>
    /// <param name="trained">The weights that the step updates.</param>
    /// <param name="other">The opponent's weights.</param>
    /// <param name="optimizer">The optimizer of the trained weights.</param>
    /// <param name="ring">Where the figures of the latest steps are kept.</param>
    /// <param name="images">The training images.</param>
    /// <param name="batches">Batches that the update takes.</param>
    public TrainingStep(
        IBackend backend, PlannedUpdate update, DeviceBuffer<float> arena, WeightArena trained, WeightArena other,
        OptimizerState optimizer, FigureRing ring, TrainingImages images, int batches)
    {
        Ring = ring;
        Dictionary<Tensor, Slice<float>> kept = trained.PlacesIn(optimizer.BatchGradients, update.Graph.Gradients);
        foreach ((Tensor tensor, Slice<float> place) in trained.Places.Concat(other.Places))
            kept.Add(tensor, place);
        foreach (StateUpdate state in update.Graph.Updates)
            kept.Add(state.Stored, kept[state.State]);
        IReadOnlyList<Action> pass = update.Plan.Bind(
            backend, arena, kept, optimizer.Step.All, images.Bytes.All, optimizer.Clock(ring.Values.All),
            images.StagedSteps, images.AreNumbers, images.Labels?.All ?? default);
        List<(Action Issue, LaunchCost Cost)> batch =
            [.. pass.Zip(update.Plan.Launches, (issue, launch) => (issue, launch.Cost)), .. optimizer.BindBatch()];
        List<(Action Issue, LaunchCost Cost)> all = [
            .. optimizer.BindBegin(), .. Enumerable.Repeat(batch, batches).SelectMany(launch => launch),
            .. optimizer.BindUpdate()];
        Launches = [.. all.Select(launch => launch.Issue)];
        Costs = [.. all.Select(launch => launch.Cost)];
    }

    /// <summary>The figures of the latest steps.</summary>
    public FigureRing Ring { get; }

    /// <summary>What issues the step, in order.</summary>
    public IReadOnlyList<Action> Launches { get; }

    /// <summary>What each of the launches does.</summary>
    public IReadOnlyList<LaunchCost> Costs { get; }
}
