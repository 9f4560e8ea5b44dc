using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Numerics;

/// <summary>
/// exp, log, tanh and related functions in single precision, the same on every device: they use only + − · / and casts
/// between float and int bits, never one of PTX's approximate instructions (tanh.approx is accurate to only 2^−11).
/// Each is within a few units in the last place of the exact value over the whole range; PreciseMathTests holds the
/// measured bounds.
/// </summary>
/// <remarks>
/// Each function reduces its argument to a short interval and evaluates a polynomial there. The coefficients
/// interpolate the remainder of the Taylor series at Chebyshev points and are rounded to single precision. Compilers
/// may contract a·b + c into a fused operation; every formula here is then at least as accurate. There are no branches
/// except selects.
/// </remarks>
internal static class PreciseMath
{
    private const float Log2E = 1.44269502f;

    // ln 2 in two parts. The first has nine significant bits, so that its product with an exponent is exact.
    private const float Ln2High = 0.693359375f, Ln2Low = -0.00021219444f;

    private const float InfinityValue = float.PositiveInfinity;

    /// <summary>e^x. Overflows to infinity above 88.73, underflows gradually to 0 below −103.98.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float x)
    {
        float clamped = Clamp(x, -105f, 89f);
        int n = RoundToInt(clamped * Log2E);
        float y = 1f + ReducedExpm1(clamped, n);

        // Two factors, since 2^n itself may be out of range although the result is not.
        int half = n >> 1;
        return y * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>e^x − 1, accurate for small x too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Expm1(float x)
    {
        float clamped = Clamp(x, -26f, 89f);
        int n = RoundToInt(clamped * Log2E);
        float m = ReducedExpm1(clamped, n);

        // 2^n·(1 + m) − 1, with 2^(n−1) because 2^128 is out of range.
        float scale = PowerOfTwo(n - 1);
        float y = 2f * (scale * m + (scale - 0.5f));
        return n == 0 ? m : y;
    }

    /// <summary>ln x; −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log(float x)
    {
        // Denormal numbers have no hidden bit: scale them up first.
        bool tiny = x < 1.17549435e-38f;
        float scaled = tiny ? x * 33554432f : x;
        uint bits = Interop.FloatAsInt(scaled);
        int exponent = (int)(bits >> 23) - 127 - (tiny ? 25 : 0);
        float mantissa = Interop.IntAsFloat((bits & 0x007FFFFFu) | 0x3F800000u);
        bool upper = mantissa > 1.41421354f;
        float f = (upper ? 0.5f * mantissa : mantissa) - 1f;
        float k = exponent + (upper ? 1 : 0);

        // ln(1 + f) = 2 artanh(s), s = f / (2 + f), arranged so that f, the largest term, is added last and unrounded.
        float s = f / (2f + f), z = s * s;
        float remainder = z * (0.666666687f + z * (0.400001228f + z * (0.285507321f + z * 0.233329132f)));
        float halfSquare = 0.5f * f * f;
        float y = k * Ln2High - ((halfSquare - (s * (halfSquare + remainder) + k * Ln2Low)) - f);

        y = x < InfinityValue ? y : x;
        y = x == 0f ? -InfinityValue : y;
        return x < 0f ? float.NaN : y;
    }

    /// <summary>ln(1 + x), accurate for small x too; −∞ at −1, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log1p(float x)
    {
        // ln(1 + x) = ln u + ln((1 + x) / u) with u = 1 + x rounded; the second term is the rounding error over u.
        float u = 1f + x;
        float lost = x < 1f ? x - (u - 1f) : 1f - (u - x);
        bool ordinary = u > 0f && u < InfinityValue;
        return Log(u) + (ordinary ? lost / u : 0f);
    }

    /// <summary>tanh x = (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tanh(float x)
    {
        uint bits = Interop.FloatAsInt(x);
        float e = Expm1(-2f * Interop.IntAsFloat(bits & 0x7FFFFFFFu));
        float y = -e / (2f + e);
        return Interop.IntAsFloat((Interop.FloatAsInt(y) & 0x7FFFFFFFu) | (bits & 0x80000000u));
    }

    /// <summary>1 / (1 + e^−x), from e^−|x|, which can't overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sigmoid(float x)
    {
        float e = ExpOfMinusMagnitude(x);
        return (x < 0f ? e : 1f) / (1f + e);
    }

    /// <summary>e^−|x|, between 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ExpOfMinusMagnitude(float x) => Exp(x < 0f ? x : -x);

    /// <summary>sin 2πu and cos 2πu for u in [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SinCos SinCosTwoPi(float u)
    {
        // The nearest quarter of the turn, and the remainder: at most an eighth of a turn, and exact.
        int quarter = (int)(4f * u + 0.5f);
        float r = u - 0.25f * quarter, z = r * r;
        float sin = r * 6.28318548f
            + r * (-1.7484556e-07f + z * (-41.3417015f + z * (81.6052322f + z * (-76.7012863f + z * 41.5895424f))));
        float cos = 1f
            + z * (-19.7392082f + z * (64.9393921f + z * (-85.4567947f + z * (60.2404518f - z * 26.1192188f))));

        bool odd = (quarter & 1) != 0;
        float s = odd ? cos : sin, c = odd ? sin : cos;
        SinCos result;
        result.Sin = (quarter & 2) != 0 ? -s : s;
        result.Cos = ((quarter + 1) & 2) != 0 ? -c : c;
        return result;
    }

    /// <summary>The result of <see cref="SinCosTwoPi"/>.</summary>
    public struct SinCos
    {
        public float Sin, Cos;
    }

    /// <summary>e^(x − n·ln 2) − 1 for a difference of at most ln 2 / 2 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ReducedExpm1(float x, int n)
    {
        float r = x - n * Ln2High - n * Ln2Low;
        float q = 0.5f + r
            * (0.166666672f + r * (0.041666463f + r * (0.00833331048f + r * (0.00139338814f + r * 0.000198912472f))));
        return r + r * r * q;
    }

    /// <summary>2^n for n in −126..127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float PowerOfTwo(int n) => Interop.IntAsFloat((uint)(n + 127) << 23);

    /// <summary>x between two bounds; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Clamp(float x, float low, float high)
    {
        float above = x < low ? low : x;
        return above > high ? high : above;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RoundToInt(float x) => (int)(x + (x < 0f ? -0.5f : 0.5f));
}
