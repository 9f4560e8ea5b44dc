using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Products at the edges of tiles and contracts: all four forms, row ranges, shared operands, numbers that are none.
/// </summary>
[Collection(TestDevices.Collection)]
public class GemmEdgeTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>One less and one more than tiles of 16, 32 and 64, in every form and behind every epilogue.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void All_forms_around_the_tiles(string device)
    {
        (int M, int N, int K)[] shapes = device == "emulator" ? [(1, 1, 1), (33, 31, 17)] :
            [(1, 1, 1), (1, 65, 31), (65, 1, 33), (2, 3, 64), (15, 17, 16), (16, 15, 17), (31, 33, 32), (33, 31, 63),
                (63, 65, 64), (65, 63, 65), (127, 64, 1), (64, 129, 31)];
        foreach ((int m, int n, int k) in shapes)
        {
            foreach (
                (bool transposeA, bool transposeB) in new[] {
                    (false, false), (false, true), (true, false), (true, true) })
            {
                GemmShape shape = new(m, n, k, transposeA, transposeB);
                CheckPlain(device, shape);
                CheckBias(device, shape, Activation.Tanh);
                CheckGradient(device, shape, Activation.Sigmoid);
                if (transposeA && !transposeB)
                    CheckColumnSums(device, shape);
            }
        }
    }

    /// <summary>
    /// Every product of a step of the article's GAN with the epilogue it has there, the stacked batch of 128 and an odd
    /// one.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_layers_of_the_article_as_they_are_launched(string device)
    {
        if (device == "emulator")
            Assert.Skip("Thousands of barriers at half a millisecond each: these sizes are for the other devices.");
        foreach (int rows in (int[])(TestDevices.IsInterpreted(device) ? [63] : [1, 63, 128]))
        {
            foreach ((int inputs, int outputs, Activation activation) in new[]
            {
                (100, 128, Activation.LeakyRelu()), (128, 256, Activation.LeakyRelu()), (256, 784, Activation.Tanh),
                (784, 256, Activation.LeakyRelu()), (256, 128, Activation.LeakyRelu()), (128, 1, Activation.Identity),
            })
            {
                CheckBias(device, new(rows, outputs, inputs), activation);
                CheckGradient(device, new(rows, inputs, outputs, TransposeB: true), activation);
                CheckColumnSums(device, new(inputs, outputs, rows, TransposeA: true));
            }
        }
    }

    /// <summary>
    /// Past the blocks that the host cuts a product into: 512 rows, 256 terms, and A transposed with rows of 1,024
    /// numbers or more, of which it copies blocks of 256 where C is 128 columns wide for each thread.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Past_the_blocks_of_the_host(string device)
    {
        if (device == "emulator")
            Assert.Skip("Thousands of barriers at half a millisecond each: these sizes are for the other devices.");
        GemmShape[] shapes =
        [
            new(1023, 140, 5, TransposeA: true), new(1024, 128, 33, TransposeA: true),
                new(1025, 259, 7, TransposeA: true), new(1300, 300, 258, TransposeA: true),
            new(1031, 261, 19, TransposeA: true, TransposeB: true), new(515, 40, 257),
            new(513, 35, 513, TransposeB: true), new(1025, 1, 300, TransposeA: true), new(97, 33, 300),
        ];
        foreach (
            GemmShape shape in shapes.Where(shape => !TestDevices.IsInterpreted(device)
                || shape.M * shape.N * shape.K < 1_000_000))
        {
            CheckPlain(device, shape);
            CheckBias(device, shape, Activation.LeakyRelu());
            CheckGradient(device, shape, Activation.Tanh);
            if (shape.TransposeA && !shape.TransposeB)
                CheckColumnSums(device, shape);
        }
    }

    /// <summary>Sums long enough that adding them carelessly would show.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Long_sums(string device)
    {
        if (device == "emulator")
            Assert.Skip(
                "A barrier for every 16 terms, at half a millisecond each: these sizes are for the other devices.");
        foreach ((int m, int n, int k) in new[] { (1, 1, 10_007), (3, 5, 4097), (33, 1, 2049), (1, 33, 2049) })
        {
            CheckPlain(device, new(m, n, k));
            CheckPlain(device, new(m, n, k, TransposeB: true));
            CheckColumnSums(device, new(m, n, k, TransposeA: true));
        }
    }

    /// <summary>Inputs may share memory: X·Xᵀ and XᵀX.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Both_factors_may_be_one_matrix(string device)
    {
        IBackend backend = TestDevices.Open(device);
        float[] x = Samples.Floats(19 * 33, 1);
        foreach (
            GemmShape shape in new[] {
                new GemmShape(19, 19, 33, TransposeB: true), new GemmShape(33, 33, 19, TransposeA: true) })
        {
            using OperationHarness harness = new(backend, $"{device}: Gemm {shape} of one matrix");
            Slice<float> factor = harness.Input(x), c = harness.Output(shape.M * shape.N);
            harness.Check(
                backend.Bind(new GemmLaunch(shape, factor, factor, c, default)),
                (c, ReferenceGemm.Product(shape, x, x)));
        }
    }

    /// <summary>
    /// A tensor may be a row range of another one: then it starts anywhere, and its neighbours are not to be touched.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Operands_may_be_row_ranges_that_start_anywhere(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            GemmShape shape in new[] {
                new GemmShape(5, 35, 17), new GemmShape(5, 35, 17, TransposeB: true),
                new GemmShape(5, 35, 17, TransposeA: true), new GemmShape(33, 1, 7) })
        {
            int before = shape.TransposeA ? 3 * shape.M : 3 * shape.K, size = shape.M * shape.N;
            float[] a = Samples.Floats(before + (shape.M * shape.K) + 9, 1),
                b = Samples.Floats((shape.K * shape.N) + 7, 2), old = Samples.Floats((3 * shape.N) + size + shape.N, 3);
            Expected inside = ReferenceGemm.Product(shape, a[before..^9], b[7..]);
            double[] values = [.. old.Select(value => (double)value)], slack = new double[old.Length];
            inside.Values.CopyTo(values, 3 * shape.N);
            inside.Slack.CopyTo(slack, 3 * shape.N);
            using OperationHarness harness = new(backend, $"{device}: Gemm {shape} of row ranges");
            Slice<float> c = harness.InOut(old);
            harness.Check(
                backend.Bind(
                    new GemmLaunch(
                        shape, harness.Input(a).Part(before, shape.M * shape.K),
                        harness.Input(b).Part(7, shape.K * shape.N), c.Part(3 * shape.N, size), default)),
                (c, new(values, slack)));
        }
    }

    /// <summary>
    /// A NaN must reach all it belongs to, or training would not notice it, and nothing else, or its cause is lost.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_number_that_is_none_reaches_its_row_and_column_and_no_other(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (bool transposeA, bool transposeB) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            GemmShape shape = new(19, 37, 18, transposeA, transposeB);
            const int badRow = 17, badColumn = 35, k = 16;
            float[] a = Samples.Floats(shape.M * shape.K, 1), b = new float[shape.K * shape.N];
            a[transposeA ? (k * shape.M) + badRow : (badRow * shape.K) + k] = float.NaN;
            b[transposeB ? (badColumn * shape.K) + 3 : (3 * shape.N) + badColumn] = float.PositiveInfinity;
            a[transposeA ? (3 * shape.M) + 2 : (2 * shape.K) + 3] = 0f;
            Expected expected = ReferenceGemm.Product(shape, a, b);
            Assert.Equal(shape.N + 1, expected.Values.Count(double.IsNaN));
            using OperationHarness harness = new(backend, $"{device}: Gemm {shape} with a NaN, an infinity and zeros");
            Slice<float> c = harness.Output(shape.M * shape.N);
            harness.Check(backend.Bind(new GemmLaunch(shape, harness.Input(a), harness.Input(b), c, default)),
                (c, expected));
        }
    }

    /// <summary>f belongs to the two forms that name it: without bias and output, C = AB.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void An_activation_alone_changes_nothing(string device)
    {
        IBackend backend = TestDevices.Open(device);
        GemmShape shape = new(3, 5, 7);
        float[] a = Samples.Floats(21, 1), b = Samples.Floats(35, 2);
        using OperationHarness harness = new(backend, $"{device}: Gemm {shape} with an activation but no bias");
        Slice<float> c = harness.Output(15);
        harness.Check(
            backend.Bind(
                new GemmLaunch(shape, harness.Input(a), harness.Input(b), c, new() { Activation = Activation.Relu })),
            (c, ReferenceGemm.Product(shape, a, b)));
    }

    private static void CheckPlain(string device, GemmShape shape) =>
        Check(device, shape, "plain", (backend, h, a, b, c) =>
        (backend.Bind(new GemmLaunch(shape, h.Input(a), h.Input(b), c, default)), ReferenceGemm.Product(shape, a, b)));

    private static void CheckBias(string device, GemmShape shape, Activation activation) =>
        Check(device, shape, $"bias {activation}", (backend, h, a, b, c) =>
    {
        float[] bias = Samples.Floats(shape.N, 3);
        return (backend.Bind(
            new GemmLaunch(shape, h.Input(a), h.Input(b), c, new() { Bias = h.Input(bias), Activation = activation })),
            ReferenceGemm.Biased(shape, a, b, bias, activation));
    });

    private static void CheckGradient(string device, GemmShape shape, Activation activation) =>
        Check(device, shape, $"gradient {activation}", (backend, h, a, b, c) =>
    {
        float[] output =
            [.. Samples.Floats(shape.M * shape.N, 4).Select(x => (float)ReferenceActivation.Apply(activation, x))];
        return (backend.Bind(
            new GemmLaunch(
                shape, h.Input(a), h.Input(b), c, new() { Output = h.Input(output), Activation = activation })),
            ReferenceGemm.TimesDerivative(shape, a, b, output, activation));
    });

    private static void CheckColumnSums(string device, GemmShape shape)
    {
        IBackend backend = TestDevices.Open(device);
        float[] a = Samples.Floats(shape.M * shape.K, 1), b = Samples.Floats(shape.K * shape.N, 2);
        using OperationHarness harness = new(backend, $"{device}: Gemm {shape} column sums");
        Slice<float> c = harness.Output(shape.M * shape.N), sums = harness.Output(shape.N);
        harness.Check(
            backend.Bind(new GemmLaunch(shape, harness.Input(a), harness.Input(b), c, new() { ColumnSums = sums })),
            (c, ReferenceGemm.Product(shape, a, b)), (sums, ReferenceGemm.ColumnSums(shape, b)));
    }

    private static void Check(
        string device, GemmShape shape, string what,
        Func<IBackend, OperationHarness, float[], float[], Slice<float>, (Action Action, Expected Expected)> bind)
    {
        IBackend backend = TestDevices.Open(device);
        float[] a = Samples.Floats(shape.M * shape.K, 1), b = Samples.Floats(shape.K * shape.N, 2);
        using OperationHarness harness = new(backend, $"{device}: Gemm {shape} {what}");
        Slice<float> c = harness.Output(shape.M * shape.N);
        (Action action, Expected expected) = bind(backend, harness, a, b, c);
        harness.Check(action, (c, expected));
    }
}
