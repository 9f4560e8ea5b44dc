using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Objectives;

/// <summary>
/// What is trained by what: the networks, the updates with their losses and gradients, and the order of updates.
/// <c>Training.Trainer</c> owns all the rest: memory, data, optimizers, checkpoints and replay.
/// </summary>
internal interface IObjective
{
    /// <summary>The networks. A network's index in this list is its index everywhere, random streams included.</summary>
    IReadOnlyList<NetworkRole> Networks { get; }

    /// <summary>Whether an update reads the classes of real samples.</summary>
    bool ReadsLabels { get; }

    /// <summary>
    /// The updates that a step takes in turn, as indices into <see cref="Updates"/>; step i takes row i modulo the
    /// number of rows. Each network is updated equally often in every row.
    /// </summary>
    IReadOnlyList<IReadOnlyList<int>> Schedule { get; }

    /// <summary>Describes and differentiates every update.</summary>
    /// <param name="order">Which real sample is in which row of which batch.</param>
    /// <param name="networks">The networks' parameters, which this makes known.</param>
    IReadOnlyList<UpdateGraph> Updates(DataOrder order, IReadOnlyList<Parameters> networks);

    /// <summary>What a report says.</summary>
    /// <param name="means">Of each network that leads an update, the mean metrics of that update; empty of the
    /// others, and of those that are not to be told.</param>
    IReadOnlyList<ReportedMetric> Report(IReadOnlyList<double[]> means);
}

/// <summary>One network of an objective.</summary>
/// <param name="Name">What its tensors' names begin with in checkpoints.</param>
/// <param name="Letter">What it is called where there is little room.</param>
/// <param name="Optimizer">How it is updated.</param>
internal sealed record NetworkRole(string Name, string Letter, OptimizerOptions Optimizer)
{
    /// <summary>The norm of all its gradients.</summary>
    public Metric GradientNorm => Metric.All.Single(metric =>
        metric.Kind == MetricKind.GradientNorm && metric.Curve == Name);
}
