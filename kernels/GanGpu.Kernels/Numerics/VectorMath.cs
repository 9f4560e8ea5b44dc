using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Numerics;

/// <summary>
/// Elementary functions of float vectors. Polynomials were fitted at Chebyshev nodes in 60-digit arithmetic. Each is
/// off by less than a tenth of a unit in the last place, so the functions' errors are rounding errors. NaN in, NaN out.
/// The bounds below, in units in the last place (ulp) of the exact value, were measured over a dense sweep of all
/// floats against float64 (VectorMathTests); they hold at every width, with and without fused multiply-add.
/// </summary>
internal static class VectorMath
{
    // 1.5 · 2^23: adding it rounds a small number to an integer, which is then in the low bits of the sum.
    private const float RoundingShift = 12582912f;
    private const uint RoundingShiftBits = 0x4B400000;

    // ln 2 in two parts; the first has 9 bits, so that its product with an exponent is exact.
    private const float Log2E = 1.442695022e+00f, Ln2High = 0.693359375f, Ln2Low = -2.121944417e-04f;

    /// <summary>e^x; +∞ above 88.72, denormal below −87.3, 0 below −104. At most 1.1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Exp<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        x = TSimd.Max(TSimd.Splat(-104f), TSimd.Min(TSimd.Splat(89f), x));
        TSimd fraction = TSimd.Splat(1f) + ExpOfRemainderLessOne(x, out TSimd exponent);

        // Two factors, because 2^exponent alone may leave the range of normal numbers.
        TSimd half = TSimd.ShiftRightSigned(exponent, 1);
        return fraction * PowerOfTwo(half) * PowerOfTwo(TSimd.SubtractBits(exponent, half));
    }

    /// <summary>ln x; −∞ at 0, NaN below. At most 0.8 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Log<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd smallestNormal = TSimd.Splat(1.17549435e-38f), zero = TSimd.Splat(0f);
        TSimd scaled = TSimd.WhereGreater(smallestNormal, x, x * TSimd.Splat(1 << 23), x);
        TSimd log = LogOfNormal(scaled, TSimd.WhereGreater(smallestNormal, x, TSimd.Splat(-23f), zero));

        TSimd notPositive =
            TSimd.WhereGreater(zero, x, TSimd.Splat(float.NaN), x + TSimd.Splat(float.NegativeInfinity));
        log = TSimd.WhereGreater(x, TSimd.Splat(float.MaxValue), x, log);
        return TSimd.WhereGreater(x, zero, log, notPositive);
    }

    /// <summary>ln x for normal x &gt; 0 only. At most 0.8 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd LogOfNormal<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> =>
        LogOfNormal(x, TSimd.Splat(0f));

    /// <summary>ln(1 + x), accurate for tiny x too; −∞ at −1, NaN below. At most 1.5 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Log1p<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd one = TSimd.Splat(1f), sum = one + x;

        // The rounding error of the sum, to first order.
        TSimd lost = (x - (sum - one)) / sum;
        TSimd log = Log(sum);
        log = TSimd.WhereGreater(sum, TSimd.Splat(float.MaxValue), log, log + lost);
        return TSimd.WhereGreater(sum, TSimd.Splat(0f), log, Log(sum));
    }

    /// <summary>ln(1 + x) for 0 ≤ x ≤ 1 only, the range that losses need. At most 1.5 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Log1pOfUnit<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd one = TSimd.Splat(1f), sum = one + x;
        return LogOfNormal(sum) + (x - (sum - one)) / sum;
    }

    /// <summary>tanh x; exactly ±1 from ±9.02 on. At most 2.5 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Tanh<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        // With u = e^2|x| − 1, u / (u + 2).
        TSimd bounded = TSimd.Min(TSimd.Splat(10f), TSimd.Abs(x));
        TSimd remainder = ExpOfRemainderLessOne(bounded + bounded, out TSimd exponent), scale = PowerOfTwo(exponent);
        TSimd u = TSimd.Fma(scale, remainder, scale - TSimd.Splat(1f));
        return TSimd.Quotient(u, u + TSimd.Splat(2f)) | (x & TSimd.Splat(-0f));
    }

    /// <summary>1 / (1 + e^−x), without overflow on either side. At most 2.5 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Sigmoid<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd one = TSimd.Splat(1f), exp = Exp(TSimd.Abs(x) ^ TSimd.Splat(-0f));
        return TSimd.WhereGreater(x, TSimd.Splat(0f), one, exp) / (one + exp);
    }

    /// <summary>sin and cos of 2πu for |u| &lt; 2^20. At most 1.7 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd SinCosOfTurn<TSimd>(TSimd u, out TSimd cos)
        where TSimd : struct, ISimd<TSimd>
    {
        // u = quarter/4 + f with |f| ≤ 1/8, without rounding.
        TSimd shifted = TSimd.Fma(u, TSimd.Splat(4f), TSimd.Splat(RoundingShift));
        TSimd quarter = TSimd.SubtractBits(shifted, TSimd.SplatBits(RoundingShiftBits));
        TSimd f = TSimd.Fma(shifted - TSimd.Splat(RoundingShift), TSimd.Splat(-0.25f), u);
        TSimd square = f * f;

        TSimd p = TSimd.Fma(square, TSimd.Splat(-7.572630310e+01f), TSimd.Splat(8.159951782e+01f));
        p = TSimd.Fma(square, p, TSimd.Splat(-4.134169769e+01f));
        p = TSimd.Fma(square, p, TSimd.Splat(-1.748455531e-07f)); // 2π less its float
        TSimd sinOfF = TSimd.Fma(f, p, f * TSimd.Splat(6.2831854820251465f));

        TSimd q = TSimd.Fma(square, TSimd.Splat(5.942410660e+01f), TSimd.Splat(-8.544882202e+01f));
        q = TSimd.Fma(square, q, TSimd.Splat(6.493936920e+01f));
        q = TSimd.Fma(square, q, TSimd.Splat(-1.973920822e+01f));
        TSimd cosOfF = TSimd.Fma(square, q, TSimd.Splat(1f));

        // Odd quarters swap the two; the quarter's second bit, and that of the next one, hold the signs.
        TSimd one = TSimd.SplatBits(1), two = TSimd.SplatBits(2);
        TSimd swap = TSimd.SubtractBits(TSimd.SplatBits(0), quarter & one) & (sinOfF ^ cosOfF);
        cos = cosOfF ^ swap ^ TSimd.ShiftLeft(TSimd.AddBits(quarter, one) & two, 30);
        return sinOfF ^ swap ^ TSimd.ShiftLeft(quarter & two, 30);
    }

    /// <summary>
    /// e^x = (1 + result) · 2^exponent, with the sum in [√½, √2] and the exponent an integer, in bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd ExpOfRemainderLessOne<TSimd>(TSimd x, out TSimd exponent)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd shifted = TSimd.Fma(x, TSimd.Splat(Log2E), TSimd.Splat(RoundingShift));
        exponent = TSimd.SubtractBits(shifted, TSimd.SplatBits(RoundingShiftBits));
        TSimd n = shifted - TSimd.Splat(RoundingShift);
        TSimd r = TSimd.Fma(n, TSimd.Splat(-Ln2Low), TSimd.Fma(n, TSimd.Splat(-Ln2High), x));

        // e^r = 1 + r + r²·P(r) for |r| ≤ ½ ln 2.
        TSimd p = TSimd.Fma(r, TSimd.Splat(1.392639242e-03f), TSimd.Splat(8.363345638e-03f));
        p = TSimd.Fma(r, p, TSimd.Splat(4.166655242e-02f));
        p = TSimd.Fma(r, p, TSimd.Splat(1.666657627e-01f));
        p = TSimd.Fma(r, p, TSimd.Splat(0.5f));
        return TSimd.Fma(r * r, p, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd PowerOfTwo<TSimd>(TSimd exponent)
        where TSimd : struct, ISimd<TSimd> =>
        TSimd.ShiftLeft(TSimd.AddBits(exponent, TSimd.SplatBits(127)), 23);

    /// <summary>ln x + exponent · ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd LogOfNormal<TSimd>(TSimd x, TSimd exponent)
        where TSimd : struct, ISimd<TSimd>
    {
        // x = m · 2^e with m in [√½, √2): after the bits of √½ are subtracted, the exponent field is e.
        TSimd e = TSimd.ShiftRightSigned(TSimd.SubtractBits(x, TSimd.SplatBits(0x3F3504F3)), 23);
        TSimd f = TSimd.SubtractBits(x, TSimd.ShiftLeft(e, 23)) - TSimd.Splat(1f);
        exponent += TSimd.ToFloat(e);

        // ln(1 + f) = f − f²/2 + f³·P(f).
        TSimd square = f * f;
        TSimd p = TSimd.Fma(f, TSimd.Splat(6.971611828e-02f), TSimd.Splat(-1.147973388e-01f));
        p = TSimd.Fma(f, p, TSimd.Splat(1.168541983e-01f));
        p = TSimd.Fma(f, p, TSimd.Splat(-1.242568716e-01f));
        p = TSimd.Fma(f, p, TSimd.Splat(1.424905807e-01f));
        p = TSimd.Fma(f, p, TSimd.Splat(-1.666780263e-01f));
        p = TSimd.Fma(f, p, TSimd.Splat(2.000071555e-01f));
        p = TSimd.Fma(f, p, TSimd.Splat(-2.499999702e-01f));
        p = TSimd.Fma(f, p, TSimd.Splat(3.333333135e-01f));
        TSimd tail = TSimd.Fma(exponent, TSimd.Splat(Ln2Low), square * f * p);
        tail = TSimd.Fma(square, TSimd.Splat(-0.5f), tail);
        return TSimd.Fma(exponent, TSimd.Splat(Ln2High), f + tail);
    }
}
