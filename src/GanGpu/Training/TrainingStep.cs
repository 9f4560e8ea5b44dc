using GanGpu.Backends;
using GanGpu.Benchmarking;
using GanGpu.Graph;
using GanGpu.Planning;

namespace GanGpu.Training;

/// <summary>One player's step, bound to a device once; <see cref="GanTrainer"/> replays it from then on.</summary>
internal sealed class TrainingStep : IDisposable
{
    /// <param name="backend">The device.</param>
    /// <param name="graph">What the step computes.</param>
    /// <param name="plan">The plan of that graph.</param>
    /// <param name="arena">Room for the plan's intermediate results.</param>
    /// <param name="trained">The weights that the step updates.</param>
    /// <param name="other">The opponent's weights.</param>
    /// <param name="optimizer">What updates the trained weights.</param>
    /// <param name="images">The training images.</param>
    public TrainingStep(
        IBackend backend, TrainingGraph graph, Plan plan, DeviceBuffer<float> arena, WeightArena trained, WeightArena other, OptimizerState optimizer, TrainingImages images)
    {
        Ring = new FigureRing(backend);
        Dictionary<Tensor, Slice<float>> kept = trained.PlacesIn(optimizer.Gradients, graph.Gradients);
        foreach ((Tensor tensor, Slice<float> place) in trained.Places.Concat(other.Places))
            kept.Add(tensor, place);
        IReadOnlyList<(Action Issue, LaunchCost Cost)> update = optimizer.BindUpdate();
        Launches = [.. plan.Bind(backend, arena, kept, optimizer.Step.All, images.Bytes.All, optimizer.Clock(Ring.Values.All), images.StagedSteps), .. update.Select(launch => launch.Issue)];
        Costs = [.. plan.Launches.Select(launch => launch.Cost), .. update.Select(launch => launch.Cost)];
    }

    /// <summary>The figures of the latest steps.</summary>
    public FigureRing Ring { get; }

    /// <summary>What issues the step, in order.</summary>
    public IReadOnlyList<Action> Launches { get; }

    /// <summary>What each of the launches does.</summary>
    public IReadOnlyList<LaunchCost> Costs { get; }

    public void Dispose() => Ring.Dispose();
}
