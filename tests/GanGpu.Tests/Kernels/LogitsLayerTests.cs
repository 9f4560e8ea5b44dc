using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>The discriminator's last layer with its loss and gradients, on every device, against float64.</summary>
[Collection(TestDevices.Collection)]
public class LogitsLayerTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<LogitsLayerLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Logits_loss_and_gradients(string device)
    {
        (int Rows, int Columns)[] shapes = device == "emulator"
            ? [(1, 1), (9, 33)]
            : [(1, 1), (2, 1), (1, 130), (3, 5), (9, 33), (64, 128), (128, 128), (130, 31), (1024, 64)];
        foreach ((int rows, int columns) in shapes)
        {
            foreach (Activation activation in ReferenceActivation.All)
                Check(device, rows, columns, new BinaryTargets((rows + 1) / 2, 0.9f, 0f, 1f, 0.5f), activation,
                    trained: true, inputs: true);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Every_loss_of_single_logits(string device)
    {
        foreach (LogitLossKind loss in new[] { LogitLossKind.LeastSquares, LogitLossKind.Hinge, LogitLossKind.Linear })
        {
            foreach ((int rows, int columns) in TestDevices.Bearable(device, [(2, 3), (16, 40), (33, 31)], 1))
                Check(device, rows, columns,
                    new BinaryTargets((rows + 1) / 2, 1f, loss == LogitLossKind.LeastSquares ? 0f : -1f, 1f, 0.5f),
                    Activation.LeakyRelu(), trained: true, inputs: true, loss);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Only_what_is_asked_for_is_written(string device)
    {
        foreach ((bool trained, bool inputs) in new[] { (false, false), (true, false), (false, true) })
            Check(device, 11, 35, new BinaryTargets(11, 1f, 0f, -1f), Activation.LeakyRelu(), trained, inputs);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void It_ends_the_step_where_it_has_a_clock(string device)
    {
        const int rows = 6, columns = 9;
        AdamOptions options = new(1e-3, 0.5, 0.999, 1e-8);
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: LogitsLayer with a clock");
        Slice<uint> step = harness.InOut([4u]);
        Slice<float> metrics = harness.Output(4), coefficients = harness.Output(2), ring = harness.InOut(new float[12]);
        LogitsLayerLaunch layer = Layer(
            harness, rows, columns, new BinaryTargets(3, 1f, 0f), Samples.Floats(rows * columns, 1),
            Samples.Floats(columns, 2), 0.1f, metrics) with
        {
            Clock = new StepClock(options, step, harness.Input([(float)options.LearningRate]), coefficients, ring),
        };
        double[] expected = [
            (float)options.LearningRate / (1 - Math.Pow(options.Beta1, 4)),
            1 / Math.Sqrt(1 - Math.Pow(options.Beta2, 4))];
        harness.Check(backend.Bind(layer), (coefficients, Expected.Within(expected, 1e-6)));
        Assert.Equal(5u, OperationHarness.Read(step)[0]);

        // Step 4 goes to slot 3 mod 3.
        Assert.Equal([.. OperationHarness.Read(metrics), 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f], OperationHarness.Read(ring));
    }

    [Fact]
    public void Operands_that_do_not_fit_are_named()
    {
        IBackend backend = TestDevices.Open("cpu");
        using OperationHarness harness = new(backend, "LogitsLayer");
        LogitsLayerLaunch layer =
            Layer(harness, 2, 3, new BinaryTargets(2, 1f, 0f), new float[6], new float[4], 0f, harness.Output(4));
        Assert.Contains(
            "the weights must be [3,1], 3 elements, but has 4",
            Assert.Throws<ArgumentException>(() => backend.Bind(layer)).Message, StringComparison.Ordinal);
        LogitsLayerLaunch large =
            Layer(harness, 1025, 1, new BinaryTargets(2, 1f, 0f), new float[1025], new float[1], 0f, harness.Output(4));
        Assert.Contains(
            "1025 rows are more than 1024", Assert.Throws<ArgumentException>(() => backend.Bind(large)).Message,
            StringComparison.Ordinal);
        LogitsLayerLaunch half = Layer(
            harness, 2, 3, new BinaryTargets(2, 1f, 0f), new float[6], new float[3], 0f, harness.Output(4)) with
        {
            BiasGradient = harness.Output(1)
        };
        Assert.Contains(
            "come together", Assert.Throws<ArgumentException>(() => backend.Bind(half)).Message,
            StringComparison.Ordinal);
    }

    private static LogitsLayerLaunch Layer(
        OperationHarness harness, int rows, int columns, BinaryTargets targets, float[] x, float[] w, float bias,
        Slice<float> metrics) =>
        new(rows, columns, targets)
        {
            X = harness.Input(x),
            Weights = harness.Input(w),
            Bias = harness.Input([bias]),
            Logits = harness.Output(rows),
            Gradient = harness.Output(rows),
            Metrics = metrics,
        };

    private static void Check(
        string device, int rows, int columns, BinaryTargets targets, Activation activation, bool trained, bool inputs,
        LogitLossKind loss = LogitLossKind.SigmoidCrossEntropy)
    {
        const float bias = 0.3f;
        float[] x = [
            .. Samples.Floats(rows * columns, 1).Select(value => (float)ReferenceActivation.Apply(activation, value))],
            w = Samples.Floats(columns, 2);
        double[] logits = [
            .. Enumerable.Range(0, rows)
            .Select(r => bias + Enumerable.Range(0, columns).Sum(k => (double)x[(r * columns) + k] * w[k]))];
        double[] magnitudes = [
            .. Enumerable.Range(0, rows)
            .Select(r => 0.3 + Enumerable.Range(0, columns).Sum(k => Math.Abs((double)x[(r * columns) + k] * w[k])))];
        (double[] gradient, double[] metrics) = loss == LogitLossKind.SigmoidCrossEntropy
            ? ReferenceCrossEntropy.Of(targets, logits) : ReferenceLogitLoss.Of(loss, targets, logits);

        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: LogitsLayer {rows}x{columns} {activation} {loss}");
        LogitsLayerLaunch layer =
            Layer(harness, rows, columns, targets, x, w, bias, harness.Output(4)) with { Loss = loss };
        // A logit's rounding moves the loss by at most as much as the slope, and the gradient by a quarter of it over
        // the rows, a square's by all of it.
        double steepest = loss == LogitLossKind.LeastSquares ? 1 + logits.Max(Math.Abs) : 1;
        double bend = loss == LogitLossKind.LeastSquares ? 1 : 0.25;
        double[] logitSlack = [.. magnitudes.Select(magnitude => 1e-6 * magnitude)];
        double[] slack = [
            .. gradient.Select(
                (g, r) => (4e-7 * Math.Abs(g))
                + ((4e-7 + (bend * logitSlack[r])) / Math.Min(targets.Split, Math.Max(1, rows - targets.Split))))];
        List<(Slice<float> Slice, Expected Expected)> results =
            [(layer.Logits, new(logits, logitSlack)), (layer.Gradient, new(gradient, slack))];
        results.Add((layer.Metrics, Expected.Within(metrics, 2e-6, 1e-7 + (steepest * logitSlack.Max()))));
        if (trained)
        {
            layer = layer with { WeightGradient = harness.Output(columns), BiasGradient = harness.Output(1) };
            double[] dw = [
                .. Enumerable.Range(0, columns)
                .Select(k => Enumerable.Range(0, rows).Sum(r => x[(r * columns) + k] * gradient[r]))];
            double[] dwSlack = [
                .. Enumerable.Range(0, columns)
                .Select(k => 1e-7 + Enumerable.Range(0, rows)
                    .Sum(r => Math.Abs(x[(r * columns) + k]) * (slack[r] + (1e-6 * Math.Abs(gradient[r])))))];
            results.Add((layer.WeightGradient!.Value, new(dw, dwSlack)));
            results.Add(
                (layer.BiasGradient!.Value,
                    new([gradient.Sum()], [1e-7 + slack.Sum() + (1e-6 * gradient.Sum(Math.Abs))])));
        }

        if (inputs)
        {
            layer = layer with { InputGradient = harness.Output(rows * columns), InputActivation = activation };
            double[] slope =
                [.. x.Select((value, i) => w[i % columns] * ReferenceActivation.Derivative(activation, value))];
            results.Add((layer.InputGradient!.Value, new(
                [.. slope.Select((s, i) => s * gradient[i / columns])],
                    [.. slope.Select(
                        (s, i) => 1e-8 + (Math.Abs(s) * (slack[i / columns] + (1e-6 * Math.Abs(gradient[i / columns]))))
                        + (2e-7 * Math.Abs(w[i % columns] * gradient[i / columns])))])));
        }

        harness.Check(backend.Bind(layer), [.. results]);
    }
}
