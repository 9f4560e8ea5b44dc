using GanGpu.Kernels.Normalization;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Moving averages of the mean and the variance of batches: running + momentum · (batch − running), for several batches
/// in turn. The variance is the unbiased one, n / (n − 1) times that of the batch's n rows. The averages are stored but
/// not trained: there is no derivative.
/// </summary>
internal sealed class RunningMoments : Operation
{
    public RunningMoments(Tensor runningMean, Tensor runningVariance, Normalize batch, float momentum)
        : this(runningMean, runningVariance, batch.Mean, batch.Variance, momentum, batch.RowGroups.Rows > 1
            ? batch.RowGroups.Rows / (batch.RowGroups.Rows - 1f) : 1f)
    {
    }

    private RunningMoments(Tensor runningMean, Tensor runningVariance, Tensor mean, Tensor variance, float momentum,
        float factor)
        : base([runningMean, runningVariance, mean, variance], runningMean.Shape, runningVariance.Shape)
    {
        Require(runningMean.Shape == new Shape(1, mean.Shape.Columns),
            "A running mean is one row as wide as the batch's", runningMean, mean);
        Require(runningVariance.Shape == runningMean.Shape, "A running variance has the shape of the running mean",
            runningVariance, runningMean);
        Momentum = momentum;
        Factor = factor;
    }

    public float Momentum { get; }

    /// <summary>n / (n − 1), which makes the variance of a batch the unbiased one.</summary>
    public float Factor { get; }

    public Tensor Mean => Outputs[0];

    public Tensor Variance => Outputs[1];

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [null, null, null, null];

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new RunningMomentsLaunch(
        Inputs[2].Shape.Rows, Inputs[2].Shape.Columns, Momentum, Factor,
        Running: new(binding[Inputs[0]], binding[Inputs[1]]), Batch: new(binding[Inputs[2]], binding[Inputs[3]]),
        Updated: new(binding[Mean], binding[Variance])));
}
