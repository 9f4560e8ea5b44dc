using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using GanGpu.Kernels.Reduction;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// What the contract allows of operands: row ranges that start anywhere, shared inputs, any input overwritten.
/// </summary>
[Collection(TestDevices.Collection)]
public class OperandTests
{
    // Offsets that no vector width divides; the lengths behind them end within a vector as well.
    private const int Before = 37, Length = 301, After = 11;

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Elementwise_on_row_ranges(string device)
    {
        float[] a = Samples.Floats(Length, 1), b = Samples.Floats(Length, 2);
        OnRange(device, "Add", 1e-7, (backend, h, y) => backend.Bind(new AddLaunch(Range(h, a), Range(h, b), y)), i =>
            (double)a[i] + b[i]);
        OnRange(device, "Multiply", 1e-7, (backend, h, y) =>
            backend.Bind(new MultiplyLaunch(Range(h, a), Range(h, b), y)), i => (double)a[i] * b[i]);
        OnRange(device, "Scale", 1e-7, (backend, h, y) => backend.Bind(new ScaleLaunch(3.3f, Range(h, a), y)), i =>
            (double)3.3f * a[i]);
        OnRange(device, "Activate", 5e-7, (backend, h, y) =>
            backend.Bind(new ActivateLaunch(Activation.Tanh, Range(h, a), y)), i => Math.Tanh(a[i]));
        OnRange(device, "ActivationGradient", 3e-7, (backend, h, y) =>
            backend.Bind(new ActivationGradientLaunch(Activation.LeakyRelu(), Range(h, a), Range(h, b), y)), i =>
            a[i] * (b[i] > 0 ? 1.0 : 0.2f));
        OnRange(device, "AddBias", 1e-7, (backend, h, y) =>
            backend.Bind(new AddBiasLaunch(7, 43, Range(h, a), Range(h, b[..43]), y)), i => (double)a[i] + b[i % 43]);
        OnRange(device, "BroadcastRows", 0, (backend, h, y) =>
            backend.Bind(new BroadcastRowsLaunch(7, 43, Range(h, b[..43]), y)), i => b[i % 43]);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Generators_and_reductions_on_row_ranges(string device)
    {
        float[] rows = Samples.Floats(5 * Length, 1);
        byte[] images = [.. Enumerable.Range(0, 10 * 43).Select(i => (byte)(i * 7))];
        DataOrder order = new(10, 7, 1);
        OnRange(device, "ColumnSums", 2e-6, (backend, h, y) =>
            backend.Bind(new ColumnSumsLaunch(5, Length, Range(h, rows), y)), i =>
            Enumerable.Range(0, 5).Sum(r => (double)rows[(r * Length) + i]));
        OnRange(device, "Uniform noise", 0, (backend, h, y) =>
            backend.Bind(new NoiseLaunch(NoiseDistribution.Uniform, 1, 2, h.Input([3u]), y)), i =>
            ReferencePhilox.Element(1, 2, 3, i, normal: false));
        OnRange(device, "Normal noise", 2e-6, (backend, h, y) =>
            backend.Bind(new NoiseLaunch(NoiseDistribution.Normal, 1, 2, h.Input([3u]), y)), i =>
            ReferencePhilox.Element(1, 2, 3, i, normal: true));
        OnRange(device, "Batch", 1.5e-7, (backend, h, y) =>
            backend.Bind(new BatchLaunch(order, 43, h.Input([1u]), h.Input(images), y)), i =>
            (images[(order.ImageAt(1, i / 43) * 43) + (i % 43)] / 127.5) - 1);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_second_operand_may_be_overwritten_and_both_may_be_one(string device)
    {
        IBackend backend = TestDevices.Open(device);
        float[] a = Samples.Floats(Length, 1), b = Samples.Floats(Length, 2);
        using OperationHarness harness = new(backend, $"{device}: Add and Multiply with shared operands");
        Slice<float> x = harness.Input(a), sum = harness.InOut(b), product = harness.InOut(b),
            doubled = harness.Output(Length), square = harness.InOut(a), all = harness.InOut(a);
        Action[] actions =
        [
            backend.Bind(new AddLaunch(x, sum, sum)), backend.Bind(new MultiplyLaunch(x, product, product)),
                backend.Bind(new AddLaunch(x, x, doubled)), backend.Bind(new MultiplyLaunch(square, square, square)),
                backend.Bind(new AddLaunch(all, all, all)),
        ];
        harness.Check(
            () => Array.ForEach(actions, action => action()),
            (sum, Expect(i => (double)a[i] + b[i])), (product, Expect(i => (double)a[i] * b[i])),
            (doubled, Expect(i => 2.0 * a[i])),
            (square, Expect(i => (double)a[i] * a[i])), (all, Expect(i => 2.0 * a[i])));

        static Expected Expect(Func<int, double> formula) =>
            Expected.Within([.. Enumerable.Range(0, Length).Select(formula)], 1e-7);
    }

    /// <summary>
    /// Partial sums of several launches lie in one block of memory that may grow when another launch is bound.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Column_sums_bound_before_a_larger_one_stay_right(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: ColumnSums of three sizes");
        List<Action> actions = [];
        List<(Slice<float>, Expected)> results = [];
        foreach ((int rows, int columns) in new[] { (130, 3), (1000, 17), (200, 2) })
        {
            float[] x = Samples.Floats(rows * columns, rows);
            Slice<float> sums = harness.Output(columns);
            actions.Add(backend.Bind(new ColumnSumsLaunch(rows, columns, harness.Input(x), sums)));
            results.Add(
                (sums, Expected.Within(
                    [.. Enumerable.Range(0, columns)
                        .Select(c => Enumerable.Range(0, rows).Sum(r => (double)x[(r * columns) + c]))], 1e-7,
                    1.3e-6 * Math.Sqrt(rows))));
        }

        harness.Check(() => actions.ForEach(action => action()), [.. results]);
    }

    /// <summary>Values as a row range of a larger input.</summary>
    private static Slice<float> Range(OperationHarness harness, float[] values) =>
        harness.Input([.. Samples.Floats(Before, 8), .. values, .. Samples.Floats(After, 9)])
            .Part(Before, values.Length);

    /// <summary>The result in the middle of a larger tensor, whose other elements must stay.</summary>
    private static void OnRange(
        string device, string name, double tolerance, Func<IBackend, OperationHarness, Slice<float>, Action> bind,
        Func<int, double> formula)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: {name} on row ranges");
        float[] old =
            [.. Samples.Floats(Before, 3), .. Enumerable.Repeat(float.NaN, Length), .. Samples.Floats(After, 4)];
        double[] values =
            [.. old.Select((value, i) => i < Before || i >= Before + Length ? value : formula(i - Before))];
        double[] slack = [
            .. values.Select((value, i) => i < Before || i >= Before + Length ? 0
                : tolerance * Math.Max(1, Math.Abs(value)))];
        Slice<float> y = harness.InOut(old);
        harness.Check(bind(backend, harness, y.Part(Before, Length)), (y, new(values, slack)));
    }
}
