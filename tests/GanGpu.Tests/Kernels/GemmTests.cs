using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>Matrix products and what is fused behind them, on every device, against float64.</summary>
[Collection(TestDevices.Collection)]
public class GemmTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<GemmLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Plain_products_of_awkward_shapes(string device)
    {
        foreach (GemmShape shape in Shapes(device))
            Check(device, shape, Epilogue.None, default);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Bias_and_activation(string device)
    {
        foreach (Activation activation in ReferenceActivation.All)
        {
            foreach (
                GemmShape shape in TestDevices.Bearable(
                    device, FewShapes(device).Where(shape => IsWorthCompiling(device, activation, shape, forward: true))
                    .Reverse(), 2))
                Check(device, shape, Epilogue.Bias, activation);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Activation_gradient(string device)
    {
        foreach (Activation activation in ReferenceActivation.All)
        {
            foreach (
                GemmShape shape in TestDevices.Bearable(
                    device, FewShapes(device)
                    .Where(shape => IsWorthCompiling(device, activation, shape, forward: false)).Reverse(), 2))
                Check(device, shape, Epilogue.ActivationGradient, activation);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Column_sums_beside_a_weight_gradient(string device)
    {
        foreach (GemmShape shape in Shapes(device).Where(shape => shape.TransposeA && !shape.TransposeB))
            Check(device, shape, Epilogue.ColumnSums, default);
    }

    [Fact]
    public void Operands_that_do_not_fit_are_named()
    {
        IBackend backend = TestDevices.Open("cpu");
        using DeviceBuffer<float> a = backend.Allocate<float>(6), b = backend.Allocate<float>(7),
            c = backend.Allocate<float>(4);
        string message = Assert.Throws<ArgumentException>(
            () => backend.Bind(new GemmLaunch(new GemmShape(2, 2, 3), a.All, b.All, c.All, default))).Message;
        Assert.Contains("B must be [3,2], 6 elements, but has 7", message, StringComparison.Ordinal);
    }

    private enum Epilogue
    {
        None,
        Bias,
        ActivationGradient,
        ColumnSums,
    }

    /// <summary>
    /// One, primes, one less and one more than the tiles of 8, 16 and 32, the layers of the article's GAN, and rows a
    /// page apart or panels longer than the host's, where operands are copied.
    /// </summary>
    private static IEnumerable<GemmShape> Shapes(string device)
    {
        (int M, int N, int K)[] small = [
            (1, 1, 1), (1, 7, 3), (2, 3, 5), (7, 1, 13), (5, 1, 1), (3, 33, 1), (31, 32, 33), (33, 31, 15), (8, 16, 17),
            (9, 65, 16), (37, 47, 53)];
        (int M, int N, int K)[] large = device == "emulator" ? [] :
            [(127, 127, 127), (64, 256, 100), (64, 784, 256), (128, 256, 784), (128, 1, 128), (784, 256, 64),
                (1, 784, 256), (15, 1024, 70), (129, 1024, 65),
                (512, 130, 65), (40, 144, 1024), (300, 40, 1100), (9, 70, 2048)];
        if (device == "emulator")
            small = [(1, 1, 1), (2, 3, 5), (3, 33, 1), (33, 31, 15), (9, 65, 16)];
        int most = TestDevices.IsInterpreted(device) ? 2_100_000 : int.MaxValue;
        foreach ((int m, int n, int k) in small.Concat(large).Where(shape => shape.M * shape.N * shape.K <= most))
        {
            yield return new GemmShape(m, n, k);
            yield return new GemmShape(m, n, k, TransposeB: true);
            yield return new GemmShape(m, n, k, TransposeA: true);
        }
    }

    private static IEnumerable<GemmShape> FewShapes(string device) =>
        Shapes(device).Where(shape => shape is { M: <= 2 } or { M: 31 } or { M: 9, K: 16 } or { K: 1 }
        || (!TestDevices.IsInterpreted(device) && shape is { M: 9 } or { M: 64, N: 256 }));

    /// <summary>
    /// On a GPU each activation behind each form of product is a kernel of its own, which a driver compiles for most of
    /// a second: one activation behind all forms, and the others behind the form that layers have.
    /// </summary>
    private static bool IsWorthCompiling(string device, Activation activation, GemmShape shape, bool forward) =>
        TestDevices.IsHost(device) || activation == ReferenceActivation.All[^1]
            || (shape.TransposeA, shape.TransposeB) == (false, !forward);

    private static void Check(string device, GemmShape s, Epilogue kind, Activation activation)
    {
        float[] a = Samples.Floats(s.M * s.K, 1), b = Samples.Floats(s.K * s.N, 2), bias = Samples.Floats(s.N, 3);
        float[] output = [.. Samples.Floats(s.M * s.N, 4).Select(x => (float)ReferenceActivation.Apply(activation, x))];
        double[] product = new double[s.M * s.N], slack = new double[s.M * s.N];
        // Rounding errors of a sum of K products grow like the root of K times the sum of their magnitudes.
        double unit = 1.3e-6 * Math.Sqrt(s.K) / 4;
        for (int i = 0; i < product.Length; i++)
        {
            (int m, int n) = (i / s.N, i % s.N);
            double sum = 0, magnitude = 0;
            for (int k = 0; k < s.K; k++)
            {
                double term = (double)a[s.TransposeA ? (k * s.M) + m : (m * s.K) + k]
                    * b[s.TransposeB ? (n * s.K) + k : (k * s.N) + n];
                sum += term;
                magnitude += Math.Abs(term);
            }

            // No activation's slope is above 1, so it adds nothing but roundings of its own.
            product[i] = kind switch
            {
                Epilogue.Bias => ReferenceActivation.Apply(activation, sum + bias[n]),
                Epilogue.ActivationGradient => sum * ReferenceActivation.Derivative(activation, output[i]),
                _ => sum,
            };
            slack[i] = 1e-6 + (unit * magnitude / Math.Sqrt(s.K)) + (5e-7 * Math.Abs(product[i]));
        }

        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: Gemm {s} {kind} {activation}");
        Slice<float> deviceA = harness.Input(a), deviceB = harness.Input(b), c = harness.Output(s.M * s.N);
        if (kind == Epilogue.ColumnSums)
        {
            Slice<float> sums = harness.Output(s.N);
            double[] expected =
                [.. Enumerable.Range(0, s.N).Select(n => Enumerable.Range(0, s.K).Sum(k => (double)b[(k * s.N) + n]))];
            harness.Check(
                backend.Bind(new GemmLaunch(s, deviceA, deviceB, c, new GemmEpilogue { ColumnSums = sums })),
                (c, new(product, slack)), (sums, Expected.Within(expected, 1e-6, 4 * unit)));
            return;
        }

        GemmEpilogue epilogue = kind switch
        {
            Epilogue.Bias => new GemmEpilogue { Bias = harness.Input(bias), Activation = activation },
            Epilogue.ActivationGradient => new GemmEpilogue { Output = harness.Input(output), Activation = activation },
            _ => default,
        };
        harness.Check(backend.Bind(new GemmLaunch(s, deviceA, deviceB, c, epilogue)), (c, new(product, slack)));
    }
}
