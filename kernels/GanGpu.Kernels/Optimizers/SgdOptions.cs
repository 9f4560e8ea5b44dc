using GanGpu.Kernels;


namespace GanGpu;

/// <summary>
/// Gradient descent with momentum, as PyTorch defines it: b ← μ·b + g, θ ← θ − rate · b, or with Nesterov's momentum
/// (Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013) θ ← θ − rate · (g
/// + μ·b).
/// </summary>
/// <param name="LearningRate">Step size, at least 0.</param>
/// <param name="Momentum">μ, in [0, 1); 0 for plain descent.</param>
/// <param name="Nesterov">Whether to use Nesterov's momentum.</param>
public sealed record SgdOptions(double LearningRate = 1e-2, double Momentum = 0, bool Nesterov = false)
    : OptimizerOptions
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(SgdOptions), PrintMembers);
}
