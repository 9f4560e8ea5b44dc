using GanGpu.Backends;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Numerics;
using GanGpu.Tests.Support;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// PreciseMath against double precision, in units of the last place of the true value, on the host and inside a kernel.
/// The bounds are those measured on the host over every 13th bit pattern, plus a quarter to two thirds: not to be
/// raised.
/// </summary>
[Collection(TestDevices.Collection)]
public sealed class PreciseMathTests
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>
    /// A function, the true one, where it is defined, and the greatest error in units of the last place.
    /// </summary>
    public sealed record Function(
        string Name, Func<float, float> Float, Func<double, double> Double, double Bound,
        float Low = float.NegativeInfinity, float High = float.PositiveInfinity)
    {
        public override string ToString() => Name;
    }

    public static IReadOnlyList<Function> Functions { get; } =
    [
        new("Exp", PreciseMath.Exp, Math.Exp, 1.5),
        new("Expm1", PreciseMath.Expm1, Expm1, 2),
        new("Log", PreciseMath.Log, Math.Log, 1.5, Low: 0f),
        new("Log1p", PreciseMath.Log1p, Log1p, 2, Low: -1f),
        new("Tanh", PreciseMath.Tanh, Math.Tanh, 3),
        new("Sigmoid", PreciseMath.Sigmoid, x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)), 3),
        new("Sin 2πu", u => PreciseMath.SinCosTwoPi(u).Sin, SinTwoPi, 2, Low: 0f, High: 1f),
        new("Cos 2πu", u => PreciseMath.SinCosTwoPi(u).Cos, u => SinTwoPi(u + 0.25), 2, Low: 0f, High: 1f),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Functions.Count)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void On_the_host_it_is_right_to_its_bound(int index)
    {
        Function f = Functions[index];
        double worst = 0;
        float worstAt = 0;
        foreach (float x in Arguments(f, spacing: 4001))
        {
            double error = UlpError(f.Float(x), f.Double(x));
            if (!(error <= worst))
                (worst, worstAt) = (error, x);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{f}: {worst:0.00} units in the last place at {worstAt:R}");
        Assert.True(
            worst <= f.Bound,
            $"{f}({worstAt:R}) is {f.Float(worstAt):R}, not {f.Double(worstAt):R}: {worst:0.00} units in the last " +
            "place.");
    }

    [Theory]
    [InlineData("emulator")]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void In_a_kernel_it_is_right_to_its_bound(string deviceName)
    {
        IlgpuBackend backend = Assert.IsType<IlgpuBackend>(TestDevices.Open(deviceName));
        KernelLoader loader = new(backend.Stream.Accelerator);
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>>>(
            PreciseMathKernels.EvaluateKernel);
        foreach (Function f in Functions)
        {
            float[] x = [.. Arguments(f, spacing: 400_009)];
            using var xs = backend.Allocate<float>(x.Length);
            using var ys = backend.Allocate<float>(x.Length * Functions.Count);
            xs.CopyFrom(x);
            launch(backend.Stream, loader.PerElement(x.Length), x.Length, ((IlgpuBuffer<float>)xs).View,
                ((IlgpuBuffer<float>)ys).View);
            float[] y = new float[ys.Length];
            ys.CopyTo(y);

            int index = Functions.ToList().IndexOf(f);
            for (int i = 0; i < x.Length; i++)
            {
                double want = f.Double(x[i]);
                float got = y[index * x.Length + i];

                // OpenCL lets a device take numbers below the smallest normal one for 0.
                bool flushed = Math.Abs(want) < 2 * SmallestNormal && Math.Abs(got) < 2 * SmallestNormal;
                bool argumentFlushed = f.Name == "Log" && x[i] < SmallestNormal && float.IsNegativeInfinity(got);
                Assert.True(flushed || argumentFlushed
                    || UlpError(got, want) <= f.Bound + 0.5, $"{f}({x[i]:R}) is {got:R}, not {want:R}.");
            }
        }
    }

    [Fact]
    public void The_extremes_are_right()
    {
        Assert.Equal(1f, PreciseMath.Tanh(100f));
        Assert.Equal(-1f, PreciseMath.Tanh(-100f));
        Assert.Equal(1f, PreciseMath.Tanh(float.PositiveInfinity));
        Assert.Equal(1e-30f, PreciseMath.Tanh(1e-30f));
        Assert.Equal(0x80000000u, BitConverter.SingleToUInt32Bits(PreciseMath.Tanh(-0f)));
        Assert.Equal(3.783506e-44f, PreciseMath.Sigmoid(-100f));
        Assert.Equal(1f, PreciseMath.Sigmoid(100f));
        Assert.Equal(0f, PreciseMath.Sigmoid(float.NegativeInfinity));
        Assert.Equal(0.5f, PreciseMath.Sigmoid(0f));
        Assert.Equal(float.PositiveInfinity, PreciseMath.Exp(88.73f));
        Assert.Equal(float.PositiveInfinity, PreciseMath.Exp(float.PositiveInfinity));
        Assert.Equal(0f, PreciseMath.Exp(float.NegativeInfinity));
        Assert.Equal(1f, PreciseMath.Exp(0f));
        Assert.Equal(float.PositiveInfinity, PreciseMath.Expm1(1000f));
        Assert.Equal(-1f, PreciseMath.Expm1(float.NegativeInfinity));
        Assert.Equal(float.NegativeInfinity, PreciseMath.Log(0f));
        Assert.Equal(float.PositiveInfinity, PreciseMath.Log(float.PositiveInfinity));
        Assert.Equal(0f, PreciseMath.Log(1f));
        Assert.Equal(float.NaN, PreciseMath.Log(-1f));
        Assert.Equal(1e-20f, PreciseMath.Log1p(1e-20f));
        Assert.Equal(float.NegativeInfinity, PreciseMath.Log1p(-1f));
        Assert.Equal(float.PositiveInfinity, PreciseMath.Log1p(float.PositiveInfinity));
        Assert.Equal(float.NaN, PreciseMath.Log1p(-1.5f));
        foreach (
            Func<float, float> f in (Func<float, float>[])[
                PreciseMath.Exp, PreciseMath.Expm1, PreciseMath.Log, PreciseMath.Log1p, PreciseMath.Tanh,
                PreciseMath.Sigmoid])
            Assert.Equal(float.NaN, f(float.NaN));
    }

    /// <summary>
    /// Every n-th bit pattern that is an argument of the function: evenly spread over all magnitudes.
    /// </summary>
    internal static IEnumerable<float> Arguments(Function f, int spacing)
    {
        for (long bits = 0; bits <= uint.MaxValue; bits += spacing)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (x >= f.Low && x <= f.High)
                yield return x;
        }
    }

    internal static double UlpError(float got, double want)
    {
        // What rounds to infinity is infinity; an error can't be counted in units there.
        float nearest = (float)want;
        if (got.Equals(nearest))
            return float.IsFinite(nearest) ? Math.Abs(got - want) / Ulp(nearest) : 0;
        return float.IsFinite(got) && float.IsFinite(nearest) ? Math.Abs(got - want) / Ulp(nearest)
            : double.PositiveInfinity;
    }

    private static double Ulp(float x) => Math.Abs(x) < SmallestNormal ? float.Epsilon
        : (double)MathF.BitIncrement(Math.Abs(x)) - Math.Abs(x);

    private static double Expm1(double x)
    {
        double u = Math.Exp(x);
        return u == 1 ? x : u - 1 == -1 || double.IsInfinity(u) ? u - 1 : (u - 1) * x / Math.Log(u);
    }

    private static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsInfinity(u) ? x : u == 0 ? double.NegativeInfinity : Math.Log(u) * x / (u - 1);
    }

    // Reduced before multiplying by π, so that the zeros are exact.
    private static double SinTwoPi(double u)
    {
        double quarters = Math.Round(4 * u), rest = 2 * Math.PI * (u - quarters / 4);
        return ((int)quarters & 3) switch
        {
            0 => Math.Sin(rest),
            1 => Math.Cos(rest),
            2 => -Math.Sin(rest),
            _ => -Math.Cos(rest),
        };
    }
}

/// <summary>Public, since the emulator calls it from an assembly of its own.</summary>
public static class PreciseMathKernels
{
    /// <summary>y[f, i] = the f-th function of x[i].</summary>
    public static void EvaluateKernel(int length, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            y[i] = PreciseMath.Exp(x[i]);
            y[length + i] = PreciseMath.Expm1(x[i]);
            y[2 * length + i] = PreciseMath.Log(x[i]);
            y[3 * length + i] = PreciseMath.Log1p(x[i]);
            y[4 * length + i] = PreciseMath.Tanh(x[i]);
            y[5 * length + i] = PreciseMath.Sigmoid(x[i]);
            PreciseMath.SinCos angle = PreciseMath.SinCosTwoPi(x[i]);
            y[6 * length + i] = angle.Sin;
            y[7 * length + i] = angle.Cos;
        }
    }
}
