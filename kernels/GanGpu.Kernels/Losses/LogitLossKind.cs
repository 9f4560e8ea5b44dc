namespace GanGpu.Kernels.Losses;

/// <summary>
/// The loss of a discriminator's logit x with target t. LogitLosses.cs has the formulas of the losses of single logits;
/// <see cref="BinaryTargets"/> describes the targets.
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
    /// log(1 + e^−z) of pairs, where z is the difference of a logit of the first part and its partner in the second.
    /// </summary>
    RelativisticPairing,
}
