using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Losses;

/// <summary>The vector form of an <see cref="ILogitLoss"/>.</summary>
internal interface IVectorLogitLoss
{
    /// <summary>The logit above which a sample counts as real.</summary>
    static abstract float Border { get; }

    /// <summary>l(x, t), and ∂l/∂x.</summary>
    static abstract TSimd At<TSimd>(TSimd x, TSimd t, out TSimd slope)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>l = max(x,0) − x·t + log1p(e^−|x|), l' = σ(x) − t.</summary>
internal readonly struct VectorSigmoidCrossEntropy : IVectorLogitLoss
{
    public static float Border => 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd At<TSimd>(TSimd x, TSimd t, out TSimd slope)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd zero = TSimd.Splat(0f), one = TSimd.Splat(1f);
        TSimd exp = VectorMath.Exp(TSimd.Abs(x) ^ TSimd.Splat(-0f));
        // Without rounding σ to 1 first: a confident, correct logit keeps its small gradient.
        TSimd tail = exp / (one + exp);
        slope = TSimd.WhereGreater(x, zero, one - t - tail, tail - t);
        return TSimd.Max(zero, x) - x * t + VectorMath.Log1pOfUnit(exp);
    }
}

/// <summary>l = ½(x − t)², l' = x − t.</summary>
internal readonly struct VectorLeastSquares : IVectorLogitLoss
{
    public static float Border => 0.5f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd At<TSimd>(TSimd x, TSimd t, out TSimd slope)
        where TSimd : struct, ISimd<TSimd>
    {
        slope = x - t;
        return TSimd.Splat(0.5f) * slope * slope;
    }
}

/// <summary>l = max(0, 1 − t·x), l' = −t if t·x &lt; 1, otherwise 0; t = ±1.</summary>
internal readonly struct VectorHinge : IVectorLogitLoss
{
    public static float Border => 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd At<TSimd>(TSimd x, TSimd t, out TSimd slope)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd zero = TSimd.Splat(0f), margin = TSimd.Splat(1f) - t * x;
        slope = TSimd.WhereGreater(margin, zero, zero - t, zero);
        // The margin is the second operand, so that NaN stays NaN.
        return TSimd.Max(zero, margin);
    }
}

/// <summary>l = −t·x, l' = −t; t = ±1.</summary>
internal readonly struct VectorLinear : IVectorLogitLoss
{
    public static float Border => 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd At<TSimd>(TSimd x, TSimd t, out TSimd slope)
        where TSimd : struct, ISimd<TSimd>
    {
        slope = TSimd.Splat(0f) - t;
        return slope * x;
    }
}
