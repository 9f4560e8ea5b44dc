using System.Runtime.Intrinsics;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// The host's elementary functions against float64, over floats of every exponent and both signs, at every vector width
/// the machine has. The bounds are those that VectorMath documents.
/// </summary>
public sealed unsafe class VectorMathTests
{
    // Prime, so that the sweep meets all patterns of low bits; about a million floats of each sign.
    private const uint Stride = 2039;

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Functions_stay_within_their_documented_error(int bits)
    {
        switch (bits)
        {
            case 128:
                Sweep<Simd128>();
                break;
            case 256:
                Assert.SkipUnless(Vector256.IsHardwareAccelerated, "This processor has no 256-bit vectors.");
                Sweep<Simd256>();
                break;
            default:
                Assert.SkipUnless(Vector512.IsHardwareAccelerated, "This processor has no 512-bit vectors.");
                Sweep<Simd512>();
                break;
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Extremes_give_limits_and_NaN_stays_NaN(int bits)
    {
        switch (bits)
        {
            case 128:
                Extremes<Simd128>();
                break;
            case 256:
                Assert.SkipUnless(Vector256.IsHardwareAccelerated, "This processor has no 256-bit vectors.");
                Extremes<Simd256>();
                break;
            default:
                Assert.SkipUnless(Vector512.IsHardwareAccelerated, "This processor has no 512-bit vectors.");
                Extremes<Simd512>();
                break;
        }
    }

    private static void Sweep<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        Sweep<TSimd>("exp", VectorMath.Exp, Math.Exp, -104f, 88.722f, 1.1);
        Sweep<TSimd>("log", VectorMath.Log, Math.Log, 0f, float.MaxValue, 0.8);
        Sweep<TSimd>("log of normal", VectorMath.LogOfNormal, Math.Log, 1.17549435e-38f, float.MaxValue, 0.8);
        Sweep<TSimd>("log1p", VectorMath.Log1p, Log1p, -0.9999999f, float.MaxValue, 1.5);
        Sweep<TSimd>("log1p of unit", VectorMath.Log1pOfUnit, Log1p, 0f, 1f, 1.5);
        // Seen by all floats: 2.46 ulp of tanh, at 0.03113; by every third: 2.40 of the sigmoid, at -5.543.
        Sweep<TSimd>("tanh", VectorMath.Tanh, Math.Tanh, -1000f, 1000f, 2.5);
        Sweep<TSimd>("sigmoid", VectorMath.Sigmoid, static x => 1 / (1 + Math.Exp(-x)), -103f, 1000f, 2.5);
        Sweep<TSimd>("sin", static u => VectorMath.SinCosOfTurn(u, out _), SinOfTurn, -16f, 16f, 1.7);
        Sweep<TSimd>("square root of normal", TSimd.SqrtOfNormal, Math.Sqrt, 1.17549435e-38f, float.MaxValue, 1);
        Sweep<TSimd>("quotient by x", static x => TSimd.Quotient(TSimd.Splat(0.7f), x), static x =>
            0.7f / x, -1e37f, 1e37f, 1, leastMagnitude: 1e-37f);
        Sweep<TSimd>("quotient of x", static x => TSimd.Quotient(x, TSimd.Splat(0.7f)), static x =>
            x / 0.7f, -1e37f, 1e37f, 1, leastMagnitude: 1e-37f);
        Sweep<TSimd>("cos", Cos, static u => SinOfTurn(u + 0.25), -16f, 16f, 1.7);
    }

    private static void Extremes<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        float inf = float.PositiveInfinity, nan = float.NaN;
        foreach (
            Func<TSimd, TSimd> f in new Func<TSimd, TSimd>[] {
                VectorMath.Exp, VectorMath.Log, VectorMath.Log1p, VectorMath.Tanh, VectorMath.Sigmoid })
            Assert.Equal(nan, At(f, nan));

        Assert.Equal([inf, inf, 0f, 0f, 1f], At<TSimd>(VectorMath.Exp, 88.8f, inf, -105f, -inf, 0f));
        Assert.Equal([-inf, -inf, nan, nan, inf, 0f], At<TSimd>(VectorMath.Log, 0f, -0f, -1e-40f, -inf, inf, 1f));
        Assert.Equal([-inf, nan, inf, 1e-30f, -1e-40f], At<TSimd>(VectorMath.Log1p, -1f, -1.5f, inf, 1e-30f, -1e-40f));
        Assert.Equal([1f, -1f, 1f, -1f, 1e-40f], At<TSimd>(VectorMath.Tanh, 100f, -100f, inf, -inf, 1e-40f));
        Assert.Equal([1f, 0f, 1f, 0.5f], At<TSimd>(VectorMath.Sigmoid, inf, -inf, 100f, 0f));
        Assert.InRange(At<TSimd>(VectorMath.Sigmoid, -100f), 3.6e-44f, 3.9e-44f);
        Assert.Equal(
            [0f, 1f, 0f, -1f], At<TSimd>(static u => VectorMath.SinCosOfTurn(u, out _), 0f, 0.25f, 0.5f, 0.75f));
        Assert.Equal([1f, 0f, -1f, 0f], At<TSimd>(Cos, 0f, 0.25f, 0.5f, 0.75f));
    }

    /// <summary>
    /// Every float in [low, high], none nearer to 0 than given, that the stride meets; fails on the worst error of all.
    /// </summary>
    private static void Sweep<TSimd>(
        string name, Func<TSimd, TSimd> function, Func<double, double> exact, float low, float high, double bound,
        float leastMagnitude = 0f)
        where TSimd : struct, ISimd<TSimd>
    {
        float* x = stackalloc float[TSimd.Count], y = stackalloc float[TSimd.Count];
        double worst = 0;
        float where = 0;
        int points = 0, lane = 0;
        foreach (float sign in new[] { 1f, -1f })
        {
            for (uint bits = 0; bits < 0x7F800000; bits += Stride)
            {
                float value = sign * BitConverter.UInt32BitsToSingle(bits);
                if (!(value >= low && value <= high && MathF.Abs(value) >= leastMagnitude))
                    continue;
                x[lane++] = value;
                if (lane < TSimd.Count)
                    continue;
                lane = 0;
                points += TSimd.Count;
                function(TSimd.Load(x)).Store(y);
                for (int i = 0; i < TSimd.Count; i++)
                {
                    double expected = exact(x[i]), error = y[i] == expected ? 0
                        : Math.Abs(y[i] - expected) / UnitInLastPlace(expected);
                    if (error <= worst)
                        continue;
                    worst = error; // NaN, too, which no later error replaces and the bound does not admit
                    where = x[i];
                    if (double.IsNaN(error))
                        bits = 0x7F800000 - Stride;
                }
            }
        }

        Assert.True(points > 100_000, $"{name}: only {points} points in [{low}, {high}].");
        Assert.True(
            worst <= bound,
            $"{name}({where:R}) is off by {worst} ulp at width {TSimd.Count}; at most {bound} are documented.");
        Assert.True(
            worst > 0.3, $"{name} is never off by more than {worst} ulp, which no correctly working comparison finds.");
    }

    /// <summary>The distance from the float just below |x| to the next one.</summary>
    private static double UnitInLastPlace(double x)
    {
        float magnitude = (float)Math.Abs(x);
        if (magnitude > Math.Abs(x))
            magnitude = MathF.BitDecrement(magnitude);
        return magnitude == float.MaxValue ? Math.Pow(2, 104) : (double)MathF.BitIncrement(magnitude) - magnitude;
    }

    private static double Log1p(double x)
    {
        double sum = 1 + x;
        return Math.Abs(x) < 1e-5 ? x - x * x / 2 + x * x * x / 3 : Math.Log(sum) * x / (sum - 1);
    }

    private static double SinOfTurn(double u)
    {
        double quarter = Math.Round(4 * u), angle = 2 * Math.PI * (u - quarter / 4);
        return ((long)quarter & 3) switch
        {
            0 => Math.Sin(angle),
            1 => Math.Cos(angle),
            2 => -Math.Sin(angle),
            _ => -Math.Cos(angle),
        };
    }

    private static TSimd Cos<TSimd>(TSimd u)
        where TSimd : struct, ISimd<TSimd>
    {
        VectorMath.SinCosOfTurn(u, out TSimd cos);
        return cos;
    }

    private static float At<TSimd>(Func<TSimd, TSimd> function, float x)
        where TSimd : struct, ISimd<TSimd> =>
        At(function, [x])[0];

    private static float[] At<TSimd>(Func<TSimd, TSimd> function, params float[] x)
        where TSimd : struct, ISimd<TSimd>
    {
        float* lanes = stackalloc float[TSimd.Count];
        float[] y = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            function(TSimd.Splat(x[i])).Store(lanes);
            y[i] = lanes[i % TSimd.Count];
        }

        return y;
    }
}
