using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Products on tensor cores against float64: within what rounding the factors can do, and no better than that by
/// accident.
/// </summary>
[Collection(TestDevices.Collection)]
public class GemmPrecisionTests
{
    private const double Tf32Error = 1.0 / (1 << 10), BFloat16Error = 1.0 / (1 << 7);

    /// <summary>
    /// Shapes that end inside tiles, rounds and words; every form with what is fused behind it in training.
    /// </summary>
    [Theory]
    [InlineData(MatrixPrecision.Tf32, 64)]
    [InlineData(MatrixPrecision.Tf32, 128)]
    [InlineData(MatrixPrecision.BFloat16, 64)]
    [InlineData(MatrixPrecision.BFloat16, 128)]
    public void Products_are_within_the_bound_of_their_precision(MatrixPrecision precision, int tile)
    {
        IlgpuBackend backend = Assert.IsType<IlgpuBackend>(TestDevices.Open("cuda"));
        GemmGpu gemm = new(
            new KernelLoader(backend.Stream.Accelerator), choose: _ => new GemmKernelChoice(tile, 1, precision));
        double factorError = precision == MatrixPrecision.Tf32 ? Tf32Error : BFloat16Error;
        foreach (
            (int m, int n, int k) in ((int, int, int)[])[
                (4, 4, 4), (64, 64, 32), (68, 132, 20), (132, 72, 100), (128, 260, 36)])
        {
            foreach (
                GemmShape shape in (GemmShape[])[
                    new(m, n, k), new(m, n, k, TransposeB: true), new(m, n, k, TransposeA: true),
                    new(m, n, k, true, true)])
                Check(backend, gemm, shape, factorError);
        }
    }

    /// <summary>The device makes large products so, and small ones in float32.</summary>
    [Theory]
    [InlineData(MatrixPrecision.Tf32)]
    [InlineData(MatrixPrecision.BFloat16)]
    public void A_device_opened_with_a_precision_uses_it_where_it_pays(MatrixPrecision precision)
    {
        TestDevices.Open("cuda");
        using Device device = Device.Open("cuda", new DeviceOptions { Precision = precision });
        Assert.Equal(precision, device.Precision);
        double large = WorstError(device, new GemmShape(640, 1024, 32)),
            small = WorstError(device, new GemmShape(64, 32, 32));
        Assert.InRange(small, 0, 1e-6);
        Assert.InRange(large, 1e-6, precision == MatrixPrecision.Tf32 ? Tf32Error : BFloat16Error);
    }

    /// <summary>Nothing but the cards that have tensor cores can be opened so.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("emulator")]
    public void A_device_without_tensor_cores_is_refused(string name)
    {
        string message = Assert.Throws<DeviceUnavailableException>(
            () => Device.Open(name, new DeviceOptions { Precision = MatrixPrecision.Tf32 })).Message;
        Assert.Contains("compute capability 8.0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rounding_is_to_the_nearest()
    {
        Assert.Equal(
            BitConverter.SingleToUInt32Bits(1f), TensorRounding.ToTf32(BitConverter.UInt32BitsToSingle(0x3F800FFFu)));
        Assert.Equal(0x3F802000u, TensorRounding.ToTf32(BitConverter.UInt32BitsToSingle(0x3F801000u)));
        Assert.Equal(0xBF802000u, TensorRounding.ToTf32(BitConverter.UInt32BitsToSingle(0xBF801000u)));
        Assert.Equal(0x7F800000u, TensorRounding.ToTf32(float.PositiveInfinity));
        Assert.True(
            float.IsNaN(
                BitConverter.UInt32BitsToSingle(TensorRounding.ToTf32(BitConverter.UInt32BitsToSingle(0x7FFFFFFFu)))));

        // 1 and 1.5 in BF16; ties go to the even neighbour, below and above.
        Assert.Equal(0x3FC03F80u, TensorRounding.ToBFloat16Pair(1f, 1.5f));
        Assert.Equal(0x3F803F80u, TensorRounding.ToBFloat16Pair(BitConverter.UInt32BitsToSingle(0x3F808000u), 1f));
        Assert.Equal(0x3F803F82u, TensorRounding.ToBFloat16Pair(BitConverter.UInt32BitsToSingle(0x3F818000u), 1f));
        Assert.Equal(
            0xFF807FC0u,
            TensorRounding.ToBFloat16Pair(BitConverter.UInt32BitsToSingle(0x7FFFFFFFu), float.NegativeInfinity));
    }

    private static void Check(IlgpuBackend backend, GemmGpu gemm, GemmShape s, double factorError)
    {
        float[] a = Samples.Floats(s.M * s.K, 1), b = Samples.Floats(s.K * s.N, 2), bias = Samples.Floats(s.N, 3);
        float[] output =
            [.. Samples.Floats(s.M * s.N, 4).Select(x => (float)ReferenceActivation.Apply(Activation.Tanh, x))];
        double[] values = new double[s.M * s.N], slack = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double sum = 0, magnitude = 0;
            for (int k = 0; k < s.K; k++)
            {
                double term = (double)a[s.TransposeA ? (k * s.M) + (i / s.N) : (i / s.N * s.K) + k]
                    * b[s.TransposeB ? (i % s.N * s.K) + k : (k * s.N) + (i % s.N)];
                sum += term;
                magnitude += Math.Abs(term);
            }

            // No activation's slope is above 1. Tensor cores may cut the last bits of what they add.
            values[i] = (s.TransposeA, s.TransposeB) switch
            {
                (false, false) => ReferenceActivation.Apply(Activation.LeakyRelu(), sum + bias[i % s.N]),
                (false, true) => sum * ReferenceActivation.Derivative(Activation.Tanh, output[i]),
                _ => sum,
            };
            slack[i] = 1e-6 + (magnitude * (factorError + (s.K * 2e-7)));
        }

        using OperationHarness harness = new(backend, $"Gemm {s} within {factorError}");
        Slice<float> deviceA = harness.Input(a), deviceB = harness.Input(b), c = harness.Output(s.M * s.N),
            sums = harness.Output(s.N);
        (GemmFusion fusion, Activation activation, Slice<float> operand) = (s.TransposeA, s.TransposeB) switch
        {
            (false, false) => (GemmFusion.Bias, Activation.LeakyRelu(), harness.Input(bias)),
            (false, true) => (GemmFusion.ActivationGradient, Activation.Tanh, harness.Input(output)),
            (true, false) => (GemmFusion.ColumnSums, default, sums),
            (true, true) => (GemmFusion.None, default(Activation), c),
        };
        GemmOperands operands =
            new(s, View(deviceA), View(deviceB), View(c), fusion, activation, View(operand), Aligned: true);
        Assert.True(operands.Vectorized);
        harness.Check(
            gemm.Bind(backend.Stream, operands),
            fusion == GemmFusion.ColumnSums ? [(c, new(values, slack)), (sums, ReferenceGemm.ColumnSums(s, b))]
                : [(c, new(values, slack))]);

        static ILGPU.ArrayView<float> View(Slice<float> slice) =>
            ((IlgpuBuffer<float>)slice.Buffer).View.SubView(slice.Offset, slice.Length);
    }

    /// <summary>The largest error of an element over the sum of its terms' magnitudes.</summary>
    private static double WorstError(Device device, GemmShape s)
    {
        float[] a = Samples.Floats(s.M * s.K, 1), b = Samples.Floats(s.K * s.N, 2), got = new float[s.M * s.N];
        using DeviceBuffer<float> left = device.Backend.Allocate<float>(a.Length),
            right = device.Backend.Allocate<float>(b.Length), product = device.Backend.Allocate<float>(got.Length);
        left.CopyFrom(a);
        right.CopyFrom(b);
        device.Backend.Bind(new GemmLaunch(s, left.All, right.All, product.All, default))();
        product.CopyTo(got);
        double worst = 0;
        for (int i = 0; i < got.Length; i += 7)
        {
            double[] terms =
                [.. Enumerable.Range(0, s.K).Select(k => (double)a[(i / s.N * s.K) + k] * b[(k * s.N) + (i % s.N)])];
            worst = Math.Max(worst, Math.Abs(got[i] - terms.Sum()) / terms.Sum(Math.Abs));
        }

        return worst;
    }
}
