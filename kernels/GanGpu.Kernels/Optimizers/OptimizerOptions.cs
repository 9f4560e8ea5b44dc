using System.Text.Json.Serialization;
using GanGpu.Kernels;

namespace GanGpu;

/// <summary>How one network's weights are updated from their gradients.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AdamOptions), "adam")]
[JsonDerivedType(typeof(RmsPropOptions), "rmsprop")]
[JsonDerivedType(typeof(SgdOptions), "sgd")]
public abstract record OptimizerOptions
{
    /// <summary>Step size, at least 0.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>How the learning rate falls during the training; null if it is constant.</summary>
    public LearningRateDecay? Decay { get; init; }

    /// <summary>
    /// If the Euclidean norm of the gradients of all weights of the network together exceeds this limit, they are
    /// scaled down to it before the update (Pascanu et al., "On the difficulty of training recurrent neural networks",
    /// ICML 2013): by min(1, limit / (norm + 1e-6)), as in PyTorch. Above 0; null for no limit.
    /// </summary>
    public double? GradientNormLimit { get; init; }

    /// <summary>
    /// After the update each weight is clipped to ±this limit, as the first Wasserstein GAN does with its critic
    /// (Arjovsky et al., ICML 2017: 0.01). Above 0; null for no clipping.
    /// </summary>
    public double? WeightLimit { get; init; }

    /// <summary>
    /// A moving average of the weights that is kept besides them; null for none. A generator with a moving average
    /// draws samples with it.
    /// </summary>
    public WeightAverage? Average { get; init; }
}

/// <summary>
/// A learning rate that falls linearly: the full rate for the first <paramref name="From"/> updates, then linearly down
/// to <paramref name="FinalFactor"/> of it after <paramref name="To"/> updates. SNGAN's falls from update 0 to update
/// 50,000 and ends at 0.
/// </summary>
/// <param name="From">Updates at the full rate, at least 0.</param>
/// <param name="To">Updates after which the rate stays at its final value, more than <paramref name="From"/>.</param>
/// <param name="FinalFactor">The final rate as a fraction of the full rate, 0..1.</param>
public sealed record LearningRateDecay(int From, int To, double FinalFactor = 0)
{
    /// <summary>The factor on the learning rate for an update.</summary>
    /// <param name="done">Updates before it.</param>
    public double FactorAfter(long done) =>
        1 - ((1 - FinalFactor) * Math.Clamp((done - From) / (double)(To - From), 0, 1));

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(LearningRateDecay), PrintMembers);
}

/// <summary>
/// An exponential moving average of weights: average ← average + (1 − β)·(weight − average) with each update, where β
/// grows to its final value.
/// </summary>
/// <param name="Beta">β, in [0, 1), such as 0.999.</param>
/// <param name="RampUp">How β grows to its final value, so that the random weights of the start are forgotten. Above 0:
/// its half-life, −ln 2 / ln β updates, is at most this fraction of the updates done (Karras et al., "Training
/// generative adversarial networks with limited data", NeurIPS 2020: 0.05). 0: after t updates β is at most (1 + t) /
/// (10 + t), as in TensorFlow's ExponentialMovingAverage.</param>
public sealed record WeightAverage(double Beta = 0.999, double RampUp = 0)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(WeightAverage), PrintMembers);
}
