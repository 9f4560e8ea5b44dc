using GanGpu.Kernels;


namespace GanGpu;

/// <summary>
/// Adam's constants (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1).
/// The defaults are TensorFlow's, with the learning rate of the article's GAN.
/// </summary>
/// <param name="LearningRate">Step size α, at least 0.</param>
/// <param name="Beta1">Decay of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay of the second moment, in [0, 1).</param>
/// <param name="Epsilon">Added to the root of the second moment, above 0.</param>
public sealed record AdamOptions(
    double LearningRate = 2e-4, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8) : OptimizerOptions
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(AdamOptions), PrintMembers);
}
