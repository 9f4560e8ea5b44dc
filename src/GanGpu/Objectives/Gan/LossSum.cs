using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>The terms of a network's loss: where differentiation begins, and what is reported of each.</summary>
internal sealed class LossSum
{
    private readonly List<(Tensor Output, Tensor Cotangent)> cotangents = [];
    private readonly List<Tensor> metrics = [];

    /// <summary>Adds a term.</summary>
    /// <param name="output">Where differentiation begins.</param>
    /// <param name="cotangent">The term's derivative there.</param>
    /// <param name="reported">What is reported of it; null for nothing.</param>
    public void Add(Tensor output, Tensor cotangent, Tensor? reported)
    {
        cotangents.Add((output, cotangent));
        if (reported is not null)
            metrics.Add(reported);
    }

    public void Add(GradientPenalty penalty) => Add(penalty.Inputs[0], penalty.Cotangent, penalty.Metrics);

    /// <summary>Reports zeros of a penalty that this update leaves out.</summary>
    public void AddNoPenalty() => metrics.Add(new Fill(new Shape(1, GradientPenalty.MetricCount), 0f).Output);

    public void Add(SoftmaxCrossEntropy classes, bool reported = true) =>
        Add(classes.Inputs[0], classes.Gradient, reported ? classes.Metrics : null);

    /// <summary>The update of the network whose loss it is.</summary>
    /// <param name="networks">The parameters of all networks.</param>
    /// <param name="trained">The network's index.</param>
    public UpdateGraph Update(IReadOnlyList<Parameters> networks, int trained) => UpdateGraph.Of(
        metrics.Aggregate((above, below) => new StackRows(above, below).Output), cotangents, networks, trained);
}
