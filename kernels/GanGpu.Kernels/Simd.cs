using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GanGpu.Kernels;

/// <summary>
/// A vector of floats of some width. Host kernels are written once, generic over it, and <see cref="SimdWidth"/> picks the
/// width at run time. Each member is one instruction or two where the processor has the width.
/// </summary>
internal unsafe interface ISimd<T>
    where T : unmanaged, ISimd<T>
{
    /// <summary>Floats in the vector.</summary>
    static abstract int Width { get; }

    static abstract T Load(float* source);

    static abstract T Splat(float value);

    static abstract void Store(T value, float* target);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract T Fma(T a, T b, T c);

    static abstract T Sqrt(T x);

    static abstract T Abs(T x);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract T Round(T x);

    /// <summary>a &gt; b ? yes : no, lane by lane; false where one of them is NaN.</summary>
    static abstract T WhereGreater(T a, T b, T yes, T no);

    /// <summary>x · 2^n for an integral n of −126..127 in every lane.</summary>
    static abstract T ScaleByPowerOfTwo(T x, T n);

    /// <summary>Splits a positive normal x into m · 2^e with m in [√½, √2).</summary>
    static abstract T Mantissa(T x, out T exponent);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);
}

/// <summary>The widest vector that this processor works on in one piece.</summary>
internal static class SimdWidth
{
    /// <summary>Bits: 512 (AVX-512), 256 (AVX2) or 128 (Arm, and whatever else).</summary>
    public static int Bits { get; } =
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}

/// <summary>Loads and stores of the last few elements of a row, without touching what lies behind them.</summary>
internal static unsafe class SimdTail
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LoadPartial<T>(float* source, int count)
        where T : unmanaged, ISimd<T>
    {
        T lanes = default;
        Unsafe.CopyBlockUnaligned(&lanes, source, (uint)count * sizeof(float));
        return lanes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial<T>(T value, float* target, int count)
        where T : unmanaged, ISimd<T> =>
        Unsafe.CopyBlockUnaligned(target, &value, (uint)count * sizeof(float));
}
