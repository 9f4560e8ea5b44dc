using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Objectives.Classifier;

/// <summary>
/// What a classifier trains: for each class the sigmoid cross-entropy of its logit, one class against the others. Its
/// derivative by the logits is (σ(logits) − targets) / batch.
/// </summary>
/// <param name="network">From samples to logits [n, classes].</param>
/// <param name="sample">The size of a sample.</param>
/// <param name="classes">Classes, more than the greatest label.</param>
/// <param name="optimizer">How the network is updated.</param>
internal sealed class ClassifierObjective(
    Network network, SampleFormat sample, int classes, OptimizerOptions optimizer) : IObjective
{
    public IReadOnlyList<NetworkRole> Networks => [new("classifier", "C", optimizer)];

    public bool ReadsLabels => true;

    public IReadOnlyList<IReadOnlyList<int>> Schedule => [[0]];

    public IReadOnlyList<UpdateGraph> Updates(DataOrder order, IReadOnlyList<Parameters> networks)
    {
        Tensor logits = network(networks[0], new RealBatch(order, sample, flip: false).Output);
        Tensor targets = new OneHot(new RealLabels(order).Output, classes).Output;
        Tensor error = new Activate(logits, Activation.Sigmoid).Output - targets;
        // Nobody asks for a loss: what counts is how many samples are told right.
        Tensor metrics = new ColumnSums(error * error).Output;
        return [UpdateGraph.Of(metrics, [(logits, 1f / order.BatchSize * error)], networks, 0)];
    }

    public IReadOnlyList<ReportedMetric> Report(IReadOnlyList<double[]> means) => [];
}
