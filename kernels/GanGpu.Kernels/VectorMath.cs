using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// The functions of <see cref="PreciseMath"/> for vectors of any width, by the same reductions and polynomials, so that the
/// host and the GPU agree to rounding. VectorMathTests holds the measured bounds in units in the last place.
/// </summary>
internal static class VectorMath
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const float Log2E = 1.44269502f, Ln2High = 0.693359375f, Ln2Low = -0.00021219444f;

    /// <summary>e^x. Overflows to infinity above 88.73, underflows gradually to 0 below −103.98.</summary>
    [MethodImpl(Inline)]
    public static T Exp<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        T clamped = Clamp(x, -105f, 89f), n = T.Round(clamped * T.Splat(Log2E));
        T y = T.Splat(1f) + ReducedExpm1(clamped, n);

        // Two factors, since 2^n itself may be out of range where the result is not.
        T half = T.Round(n * T.Splat(0.5f));
        return T.ScaleByPowerOfTwo(T.ScaleByPowerOfTwo(y, half), n - half);
    }

    /// <summary>e^x − 1 for x ≤ 0, accurate for small x too.</summary>
    [MethodImpl(Inline)]
    public static T Expm1OfNegative<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        // Below −26 the result is −1 to rounding.
        T clamped = Clamp(x, -26f, 0f), n = T.Round(clamped * T.Splat(Log2E));
        T scale = T.ScaleByPowerOfTwo(T.Splat(1f), n);
        return T.Fma(scale, ReducedExpm1(clamped, n), scale - T.Splat(1f));
    }

    /// <summary>ln x for positive normal x.</summary>
    [MethodImpl(Inline)]
    public static T LogOfNormal<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        T f = T.Mantissa(x, out T k) - T.Splat(1f);

        // ln(1 + f) = 2 artanh(s), s = f / (2 + f), arranged so that f, the largest term, is added last and unrounded.
        T s = f / (T.Splat(2f) + f), z = s * s;
        T remainder = z * T.Fma(z, T.Fma(z, T.Fma(z, T.Splat(0.233329132f), T.Splat(0.285507321f)), T.Splat(0.400001228f)), T.Splat(0.666666687f));
        T halfSquare = T.Splat(0.5f) * f * f;
        return T.Fma(k, T.Splat(Ln2High), f - (halfSquare - T.Fma(s, halfSquare + remainder, k * T.Splat(Ln2Low))));
    }

    /// <summary>ln(1 + x) for x in [0, 1], accurate for small x too.</summary>
    [MethodImpl(Inline)]
    public static T Log1pOfUnit<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        // What the rounding of 1 + x lost is made up for by the derivative of the logarithm.
        T one = T.Splat(1f), u = one + x;
        return LogOfNormal(u) + ((x - (u - one)) / u);
    }

    /// <summary>tanh x = (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x.</summary>
    [MethodImpl(Inline)]
    public static T Tanh<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        T zero = default, e = Expm1OfNegative(T.Splat(-2f) * T.Abs(x));
        T y = e / (T.Splat(2f) + e);
        return T.WhereGreater(x, zero, zero - y, y);
    }

    /// <summary>1 / (1 + e^−x), from e^−|x|, which can't overflow.</summary>
    [MethodImpl(Inline)]
    public static T Sigmoid<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        T one = T.Splat(1f), e = Exp(default(T) - T.Abs(x));
        return T.WhereGreater(default, x, e, one) / (one + e);
    }

    /// <summary>sin 2πu and cos 2πu for u in [0, 1].</summary>
    [MethodImpl(Inline)]
    public static (T Sin, T Cos) SinCosTwoPi<T>(T u)
        where T : unmanaged, ISimd<T>
    {
        // The turn's nearest quarter, and what is left: at most an eighth turn, and exact.
        T quarter = T.Round(T.Splat(4f) * u), r = T.Fma(quarter, T.Splat(-0.25f), u), z = r * r, zero = default;
        T sin = T.Fma(r, T.Splat(6.28318548f), r * T.Fma(z, T.Fma(z, T.Fma(z, T.Fma(z, T.Splat(41.5895424f), T.Splat(-76.7012863f)), T.Splat(81.6052322f)), T.Splat(-41.3417015f)), T.Splat(-1.7484556e-07f)));
        T cos = T.Splat(1f) + (T.Fma(z, T.Fma(z, T.Fma(z, T.Fma(z, T.Splat(-26.1192188f), T.Splat(60.2404518f)), T.Splat(-85.4567947f)), T.Splat(64.9393921f)), T.Splat(-19.7392082f)) * z);

        // Quarter q (0..4): sine and cosine change places where q is odd; the sine is negative for q of 2 and 3, the cosine for 1 and 2.
        T fromTwo = T.Abs(quarter - T.Splat(2f)), oddness = T.Abs(fromTwo - T.Splat(1f));
        T s = T.WhereGreater(T.Splat(0.5f), oddness, cos, sin), c = T.WhereGreater(T.Splat(0.5f), oddness, sin, cos);
        T fromSecondHalf = T.Abs(quarter - T.Splat(2.5f)), fromMiddle = T.Abs(quarter - T.Splat(1.5f));
        return (T.WhereGreater(T.Splat(1f), fromSecondHalf, zero - s, s), T.WhereGreater(T.Splat(1f), fromMiddle, zero - c, c));
    }

    /// <summary>e^(x − n·ln 2) − 1 where the difference is at most ln 2 / 2 in magnitude.</summary>
    [MethodImpl(Inline)]
    private static T ReducedExpm1<T>(T x, T n)
        where T : unmanaged, ISimd<T>
    {
        T r = T.Fma(n, T.Splat(-Ln2Low), T.Fma(n, T.Splat(-Ln2High), x));
        T q = T.Fma(r, T.Fma(r, T.Fma(r, T.Fma(r, T.Fma(r, T.Splat(0.000198912472f), T.Splat(0.00139338814f)), T.Splat(0.00833331048f)), T.Splat(0.041666463f)), T.Splat(0.166666672f)), T.Splat(0.5f));
        return T.Fma(r * r, q, r);
    }

    /// <summary>x between two bounds; NaN stays NaN.</summary>
    [MethodImpl(Inline)]
    private static T Clamp<T>(T x, float low, float high)
        where T : unmanaged, ISimd<T>
    {
        T above = T.WhereGreater(T.Splat(low), x, T.Splat(low), x);
        return T.WhereGreater(above, T.Splat(high), T.Splat(high), above);
    }
}
