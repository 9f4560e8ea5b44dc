namespace GanGpu.Kernels.Losses;

/// <summary>
/// What is made of a discriminator's logit x and its target t. Those of one logit have their formulas in
/// LogitLosses.cs; targets are as <see cref="BinaryTargets"/> says.
/// </summary>
internal enum LogitLossKind
{
    /// <summary>max(x,0) − x·t + log1p(e^−|x|), t a probability.</summary>
    SigmoidCrossEntropy,

    /// <summary>½(x − t)².</summary>
    LeastSquares,

    /// <summary>max(0, 1 − t·x), t = ±1.</summary>
    Hinge,

    /// <summary>−t·x, t = ±1.</summary>
    Linear,

    /// <summary>
    /// log(1 + e^−z) of pairs, z the difference of a logit of the first part and its partner in the second.
    /// </summary>
    RelativisticPairing,
}
