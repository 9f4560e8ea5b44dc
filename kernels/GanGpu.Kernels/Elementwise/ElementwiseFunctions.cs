using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Elementwise;

/// <summary>A function of <see cref="ElementwiseKind"/> as a type: for GPUs, and for vectors.</summary>
internal interface IElementwiseFunction
{
    float Apply(float x);

    static abstract TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>1 / x; 0 if x is 0.</summary>
internal readonly struct ReciprocalFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => x == 0f ? 0f : 1f / x;

    // Only 0 is below the smallest denormal number; NaN stays NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> =>
        TSimd.WhereGreater(TSimd.Splat(float.Epsilon), TSimd.Abs(x), TSimd.Splat(0f), TSimd.Splat(1f) / x);
}

/// <summary>√x.</summary>
internal readonly struct SquareRootFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => MathF.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => TSimd.Sqrt(x);
}

/// <summary>1 / √x; 0 if x is 0.</summary>
internal readonly struct InverseSquareRootFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => x == 0f ? 0f : 1f / MathF.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => ReciprocalFunction.Apply(TSimd.Sqrt(x));
}

/// <summary>ln(1 + e^x).</summary>
internal readonly struct SoftplusFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => (x <= 0f ? 0f : x) + PreciseMath.Log1p(PreciseMath.ExpOfMinusMagnitude(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> =>
        TSimd.Max(TSimd.Splat(0f), x) + VectorMath.Log1pOfUnit(VectorMath.Exp(TSimd.Abs(x) ^ TSimd.Splat(-0f)));
}

/// <summary>e^x.</summary>
internal readonly struct ExponentialFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => PreciseMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => VectorMath.Exp(x);
}
