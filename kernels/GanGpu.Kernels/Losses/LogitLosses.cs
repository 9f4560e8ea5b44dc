using System.Runtime.CompilerServices;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The value and the derivative of the loss of one logit x with target t. It is a type so that it is inlined into a
/// kernel generic over it.
/// </summary>
internal interface ILogitLoss
{
    /// <summary>l(x, t) and ∂l/∂x.</summary>
    LossAndSlope At(float x, float t);

    /// <summary>The logit above which a sample counts as real.</summary>
    float Border { get; }
}

/// <summary>A loss and its derivative at a logit.</summary>
internal struct LossAndSlope
{
    public float Loss, Slope;
}

/// <summary>l = max(x,0) − x·t + log1p(e^−|x|), which can't overflow; l' = σ(x) − t.</summary>
internal readonly struct SigmoidCrossEntropyLoss : ILogitLoss
{
    public float Border
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LossAndSlope At(float x, float t)
    {
        float e = PreciseMath.ExpOfMinusMagnitude(x);

        // σ(x) − t without rounding σ to 1 first: a confident, correct logit keeps its small gradient.
        float tail = e / (1f + e);
        LossAndSlope result;
        result.Loss = (x > 0f ? x : 0f) - x * t + PreciseMath.Log1p(e);
        result.Slope = x > 0f ? 1f - t - tail : tail - t;
        return result;
    }
}

/// <summary>l = ½(x − t)², l' = x − t.</summary>
internal readonly struct LeastSquaresLoss : ILogitLoss
{
    public float Border
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0.5f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LossAndSlope At(float x, float t)
    {
        LossAndSlope result;
        result.Slope = x - t;
        result.Loss = 0.5f * result.Slope * result.Slope;
        return result;
    }
}

/// <summary>l = max(0, 1 − t·x), l' = −t if t·x &lt; 1, otherwise 0; t = ±1. NaN stays NaN in the loss.</summary>
internal readonly struct HingeLoss : ILogitLoss
{
    public float Border
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LossAndSlope At(float x, float t)
    {
        float margin = 1f - t * x;
        LossAndSlope result;
        result.Loss = margin <= 0f ? 0f : margin;
        result.Slope = margin > 0f ? -t : 0f;
        return result;
    }
}

/// <summary>l = −t·x, l' = −t; t = ±1.</summary>
internal readonly struct LinearLoss : ILogitLoss
{
    public float Border
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LossAndSlope At(float x, float t)
    {
        LossAndSlope result;
        result.Loss = -t * x;
        result.Slope = -t;
        return result;
    }
}
