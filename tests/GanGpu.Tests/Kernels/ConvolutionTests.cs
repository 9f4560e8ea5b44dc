using GanGpu.Backends;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class ConvolutionTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>
    /// Sizes that fill no vector and no tile, every kind of border, and the shapes that networks have.
    /// </summary>
    internal static readonly ConvolutionShape[] Shapes =
    [
        Shape(1, 1, 1, 1, 1, 1, 1, 0), Shape(2, 5, 3, 3, 5, 1, 1, 0), Shape(3, 6, 5, 3, 16, 3, 1, 1),
            Shape(1, 8, 8, 1, 17, 4, 2, 1), Shape(2, 8, 12, 16, 33, 4, 2, 1),
        Shape(3, 4, 4, 5, 7, 4, 1, 0), Shape(2, 7, 9, 17, 3, 5, 2, 2), Shape(2, 9, 7, 2, 20, 3, 2, 0),
        Shape(1, 5, 5, 3, 4, 7, 1, 3), Shape(2, 6, 6, 4, 1, 3, 1, 1),
        Shape(2, 7, 7, 3, 5, 1, 2, 0), Shape(1, 8, 7, 2, 3, 2, 3, 0),
        // TensorFlow's "same" with stride 2: more zeros behind than before.
        new(2, 8, 8, 3, 6, new(5, 5, 2, 1, 1), 4, 4), new(1, 7, 6, 2, 3, new(3, 2, 2, 1, 0), 4, 3),
        // Depths beyond a panel, and rows beyond a block.
        Shape(2, 12, 12, 64, 40, 3, 1, 1), Shape(5, 16, 16, 3, 34, 3, 1, 1),
        // Whole vectors of channels and filters in batches that fill tiles, nearly fill them, or are more than a block;
        // kernels that reach past the image on both sides, leave gaps between them, or leave pixels behind the last of
        // them.
        Shape(8, 6, 7, 16, 32, 4, 2, 1), Shape(13, 5, 4, 48, 16, 3, 1, 1), Shape(4, 3, 2, 32, 48, 5, 1, 2),
            Shape(9, 7, 6, 16, 16, 2, 3, 0), Shape(8, 2, 2, 16, 16, 7, 2, 3),
        Shape(8, 9, 8, 1, 16, 4, 2, 1), Shape(8, 8, 8, 3, 32, 5, 2, 2), Shape(8, 9, 9, 32, 1, 4, 2, 1),
        Shape(35, 16, 16, 32, 16, 4, 2, 1), Shape(9, 6, 5, 9, 16, 3, 2, 1), Shape(10, 1, 9, 16, 16, 3, 1, 1),
        new(8, 8, 8, 16, 32, new(5, 5, 2, 1, 1), 4, 4), new(8, 7, 6, 16, 16, new(3, 2, 2, 1, 0), 4, 3),
        new(8, 5, 5, 16, 16, new(3, 3, 2, 4, 5), 7, 8),
    ];

    [Tests<ConvolutionLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Forward(string device) => ForEach(device, (backend, shape, x, w, dy, harness) =>
    {
        double[] sums = ReferenceConvolution.Forward(shape, Doubles(x), Doubles(w));
        Check(device, harness, shape.OutPixels, shape.Filters, shape.PatchLength, sums, dy, (y, epilogue) =>
            backend.Bind(new ConvolutionLaunch(shape, harness.Input(x), harness.Input(w), y, epilogue)));
    });

    [Tests<ConvolutionInputGradientLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Input_gradient(string device) => ForEach(device, (backend, shape, x, w, dy, harness) =>
    {
        double[] sums = ReferenceConvolution.InputGradient(shape, Doubles(dy), Doubles(w));
        Check(
            device, harness, shape.Pixels, shape.Channels,
            shape.KernelHeight * shape.KernelWidth * shape.Filters, sums, x,
            (dx, epilogue) =>
                backend.Bind(
                    new ConvolutionInputGradientLaunch(shape, harness.Input(dy), harness.Input(w), dx, epilogue)));
    });

    [Tests<ConvolutionWeightGradientLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Weight_gradient(string device) => ForEach(device, (backend, shape, x, w, dy, harness) =>
    {
        Expected expected = Expected.Within(
            ReferenceConvolution.WeightGradient(shape, Doubles(x), Doubles(dy)), 1e-6, Slack(shape.OutPixels));
        Expected columnSums = Expected.Within(
            [.. Enumerable.Range(0, shape.Filters)
                .Select(k => Enumerable.Range(0, shape.OutPixels).Sum(r => (double)dy[(r * shape.Filters) + k]))], 1e-6,
                Slack(shape.OutPixels));
        Slice<float> dw = harness.Output(w.Length), second = harness.Output(w.Length),
            sums = harness.Output(shape.Filters), images = harness.Input(x), gradient = harness.Input(dy);
        Action plain = backend.Bind(new ConvolutionWeightGradientLaunch(shape, images, gradient, dw, default)),
            joined = backend.Bind(
                new ConvolutionWeightGradientLaunch(shape, images, gradient, second, new() { ColumnSums = sums }));
        harness.Check(() => { plain(); joined(); }, (dw, expected), (second, expected), (sums, columnSums));
    });

    /// <summary>In every form that the host has, for any number of threads, and without allocating.</summary>
    [Fact]
    public void Threads_do_not_show_in_the_bits_and_nothing_is_allocated()
    {
        foreach (
            ConvolutionShape shape in new[] {
                Shape(8, 8, 8, 16, 32, 4, 2, 1), Shape(21, 9, 8, 32, 48, 3, 1, 1), Shape(8, 16, 16, 3, 64, 4, 2, 1),
                Shape(3, 9, 9, 24, 20, 5, 2, 2) })
        {
            float[] x = Samples.Floats(shape.Pixels * shape.Channels, 1),
                w = Samples.Floats(shape.PatchLength * shape.Filters, 2),
                dy = Samples.Floats(shape.OutPixels * shape.Filters, 3);
            byte[][]? first = null;
            foreach (int threads in new[] { 1, 2, 3, 7 })
            {
                using HostBackend backend = new(threads);
                using OperationHarness harness = new(backend, $"{shape} with {threads} threads");
                Slice<float> images = harness.Input(x), weights = harness.Input(w), gradient = harness.Input(dy);
                Action all = backend.Bind(
                    new ConvolutionLaunch(
                        shape, images, weights, harness.Output(dy.Length),
                        new()
                        {
                            Bias = harness.Input(Samples.Floats(shape.Filters, 4)),
                            Activation = Activation.Tanh
                        }));
                all += backend.Bind(
                    new ConvolutionInputGradientLaunch(
                        shape, gradient, weights, harness.Output(x.Length),
                        new() { Output = images, Activation = Activation.LeakyRelu() }));
                all += backend.Bind(
                    new ConvolutionWeightGradientLaunch(
                        shape, images, gradient, harness.Output(w.Length),
                        new() { ColumnSums = harness.Output(shape.Filters) }));
                byte[][] bits = harness.Run(all);
                first ??= bits;
                Assert.All(
                    bits.Zip(first), pair =>
                    Assert.True(
                        pair.First.AsSpan().SequenceEqual(pair.Second),
                        $"{shape}: {threads} threads give other bits than one."));
                // The least of three: the runtime's own first calls, and what a collection leaves of a block, are
                // counted as well.
                Assert.Equal(0, Enumerable.Range(0, 3).Min(_ =>
                {
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    all();
                    return GC.GetAllocatedBytesForCurrentThread() - before;
                }));
            }
        }
    }

    private static void Check(
        string device, OperationHarness harness, int rows, int columns, int depth, double[] sums, float[] activated,
        Func<Slice<float>, GemmEpilogue, Action> bind)
    {
        float[] bias = Samples.Floats(columns, 7);
        // On a GPU each is a kernel of its own for each tile, which a driver compiles for most of a second.
        Activation leaky = Activation.LeakyRelu(), other = TestDevices.IsHost(device) ? Activation.Tanh : leaky;
        double slack = Slack(depth);
        Slice<float> plain = harness.Output(sums.Length), leak = harness.Output(sums.Length),
            smooth = harness.Output(sums.Length), gradient = harness.Output(sums.Length), offset = harness.Input(bias);
        Action all = bind(plain, default);
        all += bind(leak, new() { Bias = offset, Activation = leaky });
        all += bind(smooth, new() { Bias = offset, Activation = other });
        all += bind(gradient, new() { Output = harness.Input(activated), Activation = leaky });
        harness.Check(
            all,
            (plain, Expected.Within(sums, 1e-6, slack)),
            (leak, Expected.Within(
                [.. sums.Select((sum, i) => ReferenceActivation.Apply(leaky, sum + bias[i % columns]))], 1e-6, slack)),
            (smooth,
                Expected.Within(
                    [.. sums.Select((sum, i) => ReferenceActivation.Apply(other, sum + bias[i % columns]))],
                    1e-6, slack)),
            (gradient,
                Expected.Within(
                    [.. sums.Select((sum, i) => sum * ReferenceActivation.Derivative(leaky, activated[i]))],
                    1e-6, slack)));
        Assert.Equal(rows * columns, sums.Length);
    }

    /// <summary>The root of the number of terms, each of magnitude up to 1.</summary>
    private static double Slack(int terms) => 1e-6 + (1.3e-6 * Math.Sqrt(terms));

    internal static ConvolutionShape Shape(
        int batch, int height, int width, int channels, int filters, int kernel, int stride, int padding) => new(
        batch, height, width, channels, filters, new(kernel, kernel, stride, padding, padding),
        ((height + (2 * padding) - kernel) / stride) + 1, ((width + (2 * padding) - kernel) / stride) + 1);

    private static void ForEach(
        string device, Action<IBackend, ConvolutionShape, float[], float[], float[], OperationHarness> check)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (ConvolutionShape shape in Shapes)
        {
            if (shape.Flops
                > (device == "emulator" ? 40_000 : TestDevices.IsInterpreted(device) ? 1_000_000 : long.MaxValue))
                continue;
            using OperationHarness harness = new(backend, $"{device}: {shape}");
            check(
                backend, shape, Samples.Floats(shape.Pixels * shape.Channels, 1),
                Samples.Floats(shape.PatchLength * shape.Filters, 2),
                    Samples.Floats(shape.OutPixels * shape.Filters, 3), harness);
        }
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
