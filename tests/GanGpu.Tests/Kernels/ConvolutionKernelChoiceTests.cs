using GanGpu.Backends;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;
using ILGPU;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Every kernel that makes convolutions and their gradients on a GPU, whichever the device would choose, against
/// float64.
/// </summary>
[Collection(TestDevices.Collection)]
public sealed class ConvolutionKernelChoiceTests
{
    private static readonly GemmKernelChoice[] Choices =
    [
        GemmKernelChoice.Elements, new(32, 1), new(32, 2), new(32, 8), new(32, 1) { SplitK = 3 },
            new(32, 2) { SplitK = 2 }, new(64, 1), new(64, 1) { SplitK = 3 }, new(128, 1),
        new(64, 1, MatrixPrecision.Tf32), new(128, 1, MatrixPrecision.BFloat16) { SplitK = 2 },
    ];

    /// <summary>
    /// Phases of unequal sizes, more places of the kernel in some phases than in others and none in some, tiles that
    /// end inside an image, depths of one part and of several; the last two can't be moved four floats at a time.
    /// </summary>
    private static readonly ConvolutionShape[] Shapes =
    [
        ConvolutionTests.Shape(2, 9, 7, 4, 8, 4, 2, 1), ConvolutionTests.Shape(3, 5, 4, 8, 12, 3, 1, 1),
            ConvolutionTests.Shape(2, 7, 6, 4, 4, 5, 2, 2),
        ConvolutionTests.Shape(1, 8, 7, 4, 4, 2, 3, 0), ConvolutionTests.Shape(4, 6, 6, 8, 72, 3, 1, 1),
        ConvolutionTests.Shape(1, 5, 5, 40, 4, 4, 2, 1),
        new(2, 7, 6, 4, 4, new(3, 3, 2, 1, 0), 4, 3), ConvolutionTests.Shape(2, 7, 9, 5, 3, 5, 2, 2),
        ConvolutionTests.Shape(3, 6, 5, 20, 1, 3, 2, 1),
    ];

    [Theory]
    [InlineData("emulator")]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void Every_kernel_is_right(string device)
    {
        IlgpuBackend backend = Assert.IsType<IlgpuBackend>(TestDevices.Open(device));
        KernelLoader loader = new(backend.Stream.Accelerator);
        // PoCL compiles each for most of a second: of the ways to cut a sum one of each kind.
        IEnumerable<GemmKernelChoice> choices = device == "opencl"
            ? [GemmKernelChoice.Elements, new(32, 1), new(32, 8), new(32, 2) { SplitK = 2 }, new(64, 1), new(128, 1)]
            : Choices;
        foreach (ConvolutionShape shape in device == "emulator"
            ? (ConvolutionShape[])[Shapes[3], Shapes[6], Shapes[8]] : Shapes)
        {
            bool vectorized = shape.Channels % 4 == 0 && shape.Filters % 4 == 0;
            foreach (GemmKernelChoice choice in choices.Where(choice =>
                choice.Threads <= loader.Accelerator.MaxNumThreadsPerGroup && (choice.Tile <= 32 || vectorized)
                && (choice.Precision == MatrixPrecision.Float32 || device == "cuda")))
            {
                using OperationHarness harness = new(backend, $"{device}: {choice} of {shape}");
                using DeviceBuffer<float> room = backend.Allocate<float>(1 << 16);
                ConvolutionGpu convolutions = new(loader, choice.Precision, _ => View(room.All), _ => choice);
                Check(backend, convolutions, shape, harness, choice.Precision);
            }
        }
    }

    /// <summary>
    /// What a card of 132 multiprocessors is given for DCGAN at batch 64: forward, the weights' gradient, and layers of
    /// few columns with few rows and with many.
    /// </summary>
    [Theory]
    [InlineData(4096, 128, 1024, false, 1, true, 64, 1, 2)]
    [InlineData(1024, 128, 4096, true, 1, true, 64, 1, 8)]
    [InlineData(65536, 128, 1024, false, 1, true, 128, 1, 1)]
    [InlineData(65536, 64, 576, false, 1, true, 64, 1, 1)]
    [InlineData(4096, 128, 256, false, 4, true, 64, 1, 1)]
    [InlineData(16, 64, 16384, true, 1, false, 32, 8, 32)]
    [InlineData(64, 1, 8192, false, 1, false, 32, 8, 16)]
    [InlineData(16384, 1, 256, false, 4, false, 1, 1, 1)]
    public void The_kernel_follows_the_shape(
        int m, int n, int k, bool transposeA, int phases, bool vectorized, int tile, int kSlices, int splitK) =>
        Assert.Equal(
            new GemmKernelChoice(tile, kSlices) { SplitK = splitK },
            GemmKernelChoice.OfConvolution(
                new(m, n, k, transposeA), phases, vectorized, new GpuLimits(132, 1024, 48 * 1024)));

    [Fact]
    public void A_processor_gets_small_tiles_and_whole_sums() => Assert.Equal(
        new GemmKernelChoice(32, 1),
        GemmKernelChoice.OfConvolution(
                new(4096, 128, 1024), phases: 1, vectorized: true, new GpuLimits(2, 4096, 1 << 20, IsProcessor: true)));

    private static void Check(
        IlgpuBackend backend, ConvolutionGpu convolutions, ConvolutionShape shape, OperationHarness harness,
        MatrixPrecision precision)
    {
        float[] x = Samples.Floats(shape.Pixels * shape.Channels, 1),
            w = Samples.Floats(shape.PatchLength * shape.Filters, 2),
            dy = Samples.Floats(shape.OutPixels * shape.Filters, 3);
        float[] bias = Samples.Floats(shape.Filters, 4);
        Slice<float> images = harness.Input(x), weights = harness.Input(w), gradient = harness.Input(dy),
            offset = harness.Input(bias);
        Slice<float> y = harness.Output(dy.Length), dx = harness.Output(x.Length), dw = harness.Output(w.Length),
            sums = harness.Output(shape.Filters);
        Activation leaky = Activation.LeakyRelu();
        double[] forward = [
            .. ReferenceConvolution.Forward(shape, Doubles(x), Doubles(w))
            .Select((sum, i) => Math.Tanh(sum + bias[i % shape.Filters]))];
        double[] inputs = [
            .. ReferenceConvolution.InputGradient(shape, Doubles(dy), Doubles(w))
            .Select((sum, i) => sum * ReferenceActivation.Derivative(leaky, x[i]))];
        double[] columnSums = [
            .. Enumerable.Range(0, shape.Filters)
            .Select(k => Enumerable.Range(0, shape.OutPixels).Sum(r => (double)dy[(r * shape.Filters) + k]))];

        Action all = convolutions.BindForward(
            backend.Stream, shape,
            new(View(images), View(weights), View(y), GemmFusion.Bias, Activation.Tanh, View(offset), Aligned: true));
        all += convolutions.BindInputGradient(
            backend.Stream, shape,
            new(View(gradient), View(weights), View(dx), GemmFusion.ActivationGradient, leaky, View(images),
                Aligned: true));
        all += convolutions.BindWeightGradient(
            backend.Stream, shape,
            new(View(images), View(gradient), View(dw), GemmFusion.ColumnSums, default, View(sums), Aligned: true));
        harness.Check(
            all,
            (y, Expected.Within(forward, 1e-6, Slack(shape.PatchLength, precision))),
            (dx, Expected.Within(
                inputs, 1e-6, Slack(shape.KernelHeight * shape.KernelWidth * shape.Filters, precision))),
            (dw, Expected.Within(
                ReferenceConvolution.WeightGradient(shape, Doubles(x), Doubles(dy)), 1e-6,
                Slack(shape.OutPixels, precision))),
            // On tensor cores too, sums of columns are not rounded.
            (sums, Expected.Within(columnSums, 1e-6, Slack(shape.OutPixels, MatrixPrecision.Float32))));
    }

    /// <summary>
    /// The root of the number of terms, each of magnitude up to 1; on tensor cores of both factors' rounding.
    /// </summary>
    private static double Slack(int terms, MatrixPrecision precision) => 1e-6 + (Math.Sqrt(terms) * precision switch
    {
        MatrixPrecision.Tf32 => 2.0 / (1 << 10),
        MatrixPrecision.BFloat16 => 2.0 / (1 << 7),
        _ => 1.3e-6,
    });

    private static ArrayView<float> View(Slice<float> slice) =>
        Assert.IsType<IlgpuBuffer<float>>(slice.Buffer).View.SubView(slice.Offset, slice.Length);

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
