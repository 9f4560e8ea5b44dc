using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>The vector form of an <see cref="Activation"/>; the scalar form is in Activations.cs.</summary>
internal interface IVectorActivation
{
    /// <summary>f(x).</summary>
    static abstract T Apply<T>(T x, T leak)
        where T : unmanaged, ISimd<T>;

    /// <summary>f'(x) from y = f(x).</summary>
    static abstract T Derivative<T>(T y, T leak)
        where T : unmanaged, ISimd<T>;
}

internal readonly struct VectorIdentity : IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T leak)
        where T : unmanaged, ISimd<T> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Derivative<T>(T y, T leak)
        where T : unmanaged, ISimd<T> => T.Splat(1f);
}

internal readonly struct VectorLeakyRelu : IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T leak)
        where T : unmanaged, ISimd<T> => T.WhereGreater(x, default, x, leak * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Derivative<T>(T y, T leak)
        where T : unmanaged, ISimd<T> => T.WhereGreater(y, default, T.Splat(1f), leak);
}

internal readonly struct VectorRelu : IVectorActivation
{
    // Written so that NaN stays NaN: a diverging run must not look healthy.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T leak)
        where T : unmanaged, ISimd<T> => T.WhereGreater(default, x, default, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Derivative<T>(T y, T leak)
        where T : unmanaged, ISimd<T> => T.WhereGreater(y, default, T.Splat(1f), default);
}

internal readonly struct VectorTanh : IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T leak)
        where T : unmanaged, ISimd<T> => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Derivative<T>(T y, T leak)
        where T : unmanaged, ISimd<T> => T.Splat(1f) - (y * y);
}

internal readonly struct VectorSigmoid : IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T leak)
        where T : unmanaged, ISimd<T> => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Derivative<T>(T y, T leak)
        where T : unmanaged, ISimd<T> => y * (T.Splat(1f) - y);
}
