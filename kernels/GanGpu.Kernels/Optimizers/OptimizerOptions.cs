using System.Text.Json.Serialization;

namespace GanGpu.Kernels.Optimizers;

/// <summary>How one network's weights are updated from their gradients.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AdamOptions), "adam")]
[JsonDerivedType(typeof(RmsPropOptions), "rmsprop")]
[JsonDerivedType(typeof(SgdOptions), "sgd")]
public abstract record OptimizerOptions
{
    /// <summary>Step size, at least 0.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>How the learning rate falls during the training; null where it stays.</summary>
    public LearningRateDecay? Decay { get; init; }

    /// <summary>
    /// Where the gradients of all weights of the network together have a greater Euclidean norm than this, they are
    /// scaled down to it before the update (Pascanu et al., "On the difficulty of training recurrent neural networks",
    /// ICML 2013): by min(1, limit / (norm + 1e-6)), as PyTorch does. Above 0; null where they are taken as they are.
    /// </summary>
    public double? GradientNormLimit { get; init; }

    /// <summary>
    /// After the update each weight is brought into ±this, as the first Wasserstein GAN does to its critic (Arjovsky et
    /// al., ICML 2017: 0.01). Above 0; null where weights are not clipped.
    /// </summary>
    public double? WeightLimit { get; init; }

    /// <summary>
    /// A moving average of the weights that is kept beside them; null where there is none. A generator that has one
    /// draws samples with it.
    /// </summary>
    public WeightAverage? Average { get; init; }
}

/// <summary>
/// A learning rate that falls in a straight line: the whole rate for the first <paramref name="From"/> updates, then
/// linearly, after <paramref name="To"/> updates <paramref name="FinalFactor"/> of it. SNGAN's goes from 0 to 50,000
/// updates and ends at 0.
/// </summary>
/// <param name="From">Updates at the whole rate, at least 0.</param>
/// <param name="To">Updates after which the rate stays at its end, more than <paramref name="From"/>.</param>
/// <param name="FinalFactor">The end as a part of the whole rate, 0..1.</param>
public sealed record LearningRateDecay(int From, int To, double FinalFactor = 0)
{
    /// <summary>What the rate is multiplied with for an update.</summary>
    /// <param name="done">Updates before it.</param>
    public double FactorAfter(long done) =>
        1 - ((1 - FinalFactor) * Math.Clamp((done - From) / (double)(To - From), 0, 1));

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(LearningRateDecay), PrintMembers);
}

/// <summary>
/// An exponential moving average of weights: average ← average + (1 − β)·(weight − average) with each update, by a β
/// that grows to its value.
/// </summary>
/// <param name="Beta">β, in [0, 1), such as 0.999.</param>
/// <param name="RampUp">
/// How β grows to its value, so that the random weights of the start are forgotten. Above 0: its half-life, −ln 2 / ln
/// β updates, is at most this part of the updates done (Karras et al., "Training generative adversarial networks with
/// limited data", NeurIPS 2020: 0.05). 0: after t updates β is at most (1 + t) / (10 + t), as in TensorFlow's
/// ExponentialMovingAverage.
/// </param>
public sealed record WeightAverage(double Beta = 0.999, double RampUp = 0)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(WeightAverage), PrintMembers);
}
