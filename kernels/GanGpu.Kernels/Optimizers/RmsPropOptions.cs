using GanGpu.Kernels;


namespace GanGpu;

/// <summary>
/// RMSProp's constants (Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning", 2012), as PyTorch
/// defines it: v ← α·v + (1−α)·g², θ ← θ − rate · g / (√v + ε). The defaults are PyTorch's, with the learning rate of
/// the first Wasserstein GAN.
/// </summary>
/// <param name="LearningRate">Step size, at least 0.</param>
/// <param name="Alpha">Decay α of the mean square, in [0, 1).</param>
/// <param name="Epsilon">Added to the root of the mean square, above 0.</param>
public sealed record RmsPropOptions(double LearningRate = 5e-5, double Alpha = 0.99, double Epsilon = 1e-8)
    : OptimizerOptions
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(RmsPropOptions), PrintMembers);
}
