using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Numerics;

/// <summary>The vector form of an activation: f, and f' computed from the output y = f(x).</summary>
internal interface IVectorActivation
{
    /// <summary>
    /// Whether f takes only a few instructions, so that it may be repeated for every register of a tile.
    /// </summary>
    static abstract bool IsShort { get; }

    static abstract TSimd Apply<TSimd>(TSimd x, TSimd leak)
        where TSimd : struct, ISimd<TSimd>;

    static abstract TSimd Derivative<TSimd>(TSimd y, TSimd leak)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>f(x) = x.</summary>
internal readonly struct VectorIdentity : IVectorActivation
{
    public static bool IsShort
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Derivative<TSimd>(TSimd y, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => TSimd.Splat(1f);
}

/// <summary>f(x) = x for x &gt; 0, otherwise leak · x.</summary>
internal readonly struct VectorLeakyRelu : IVectorActivation
{
    public static bool IsShort
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => TSimd.WhereGreater(x, TSimd.Splat(0f), x, leak * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Derivative<TSimd>(TSimd y, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => TSimd.WhereGreater(y, TSimd.Splat(0f), TSimd.Splat(1f), leak);
}

/// <summary>f(x) = max(x, 0).</summary>
internal readonly struct VectorRelu : IVectorActivation
{
    public static bool IsShort
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    // x is the second operand, so that NaN stays NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => TSimd.Max(TSimd.Splat(0f), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Derivative<TSimd>(TSimd y, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => TSimd.WhereGreater(y, TSimd.Splat(0f), TSimd.Splat(1f), TSimd.Splat(0f));
}

/// <summary>f(x) = tanh x; f' = 1 − y².</summary>
internal readonly struct VectorTanh : IVectorActivation
{
    public static bool IsShort
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => VectorMath.Tanh(x);

    // (1 − y)(1 + y) keeps its digits if y² would round to 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Derivative<TSimd>(TSimd y, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => (TSimd.Splat(1f) - y) * (TSimd.Splat(1f) + y);
}

/// <summary>f(x) = 1 / (1 + e^−x); f' = y · (1 − y).</summary>
internal readonly struct VectorSigmoid : IVectorActivation
{
    public static bool IsShort
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Derivative<TSimd>(TSimd y, TSimd leak)
        where TSimd : struct, ISimd<TSimd> => y * (TSimd.Splat(1f) - y);
}
