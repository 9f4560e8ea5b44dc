using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Reduction;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class ElementwiseTests
{
    private static readonly int[] Lengths = [1, 2, 3, 15, 16, 17, 31, 32, 33, 127, 1025, 5003];

    private static int[] LengthsOf(string device) => device == "emulator" ? [1, 33, 127] : Lengths;

    private static readonly (int Rows, int Columns)[] Matrices =
        [(1, 1), (1, 33), (33, 1), (3, 5), (31, 17), (7, 127), (64, 100), (70, 65)];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<ActivateLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Activate(string device) => ForEach(device, (backend, activation, length) =>
    {
        // From where the sigmoid and tanh are saturated to where they are linear.
        float[] x = [
            .. Samples.Floats(length, 1)
            .Select((value, i) => i % 3 == 0 ? 30f * value : i % 3 == 1 ? value : 1e-3f * value)];
        using OperationHarness harness = new(backend, $"{device}: Activate {activation} {length}");
        Slice<float> y = harness.Output(length);
        harness.Check(
            backend.Bind(new ActivateLaunch(activation, harness.Input(x), y)),
            (y, Expected.Within([.. x.Select(value => ReferenceActivation.Apply(activation, value))], 5e-7, 1e-30)));
    });

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Activate_in_place(string device) => ForEach(device, (backend, activation, length) =>
    {
        float[] x = Samples.Floats(length, 1);
        using OperationHarness harness = new(backend, $"{device}: Activate {activation} {length} in place");
        Slice<float> y = harness.InOut(x);
        harness.Check(
            backend.Bind(new ActivateLaunch(activation, y, y)),
            (y, Expected.Within([.. x.Select(value => ReferenceActivation.Apply(activation, value))], 5e-7)));
    });

    [Tests<ActivationGradientLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void ActivationGradient(string device) => ForEach(device, (backend, activation, length) =>
    {
        float[] dy = Samples.Floats(length, 1),
            y = [.. Samples.Floats(length, 2).Select(value => (float)ReferenceActivation.Apply(activation, 3 * value))];
        // 1 − y² and y(1 − y) lose digits where y is close to 1: an absolute error of a unit of 1.
        Expected expected = Expected.Within(
            [.. dy.Zip(y, (v, value) => v * ReferenceActivation.Derivative(activation, value))], 2e-7, 2e-7);
        using OperationHarness harness = new(backend, $"{device}: ActivationGradient {activation} {length}");
        Slice<float> dx = harness.Output(length), inPlace = harness.InOut(dy), output = harness.Input(y);
        Action apart = backend.Bind(new ActivationGradientLaunch(activation, harness.Input(dy), output, dx)),
            same = backend.Bind(new ActivationGradientLaunch(activation, inPlace, output, inPlace));
        harness.Check(() => { apart(); same(); }, (dx, expected), (inPlace, expected));
    });

    [Tests<AddLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Add(string device) =>
        Binary(device, "Add", (backend, a, b, y) => backend.Bind(new AddLaunch(a, b, y)), (a, b) => (double)a + b);

    [Tests<MultiplyLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Multiply(string device) =>
        Binary(device, "Multiply", (backend, a, b, y) => backend.Bind(new MultiplyLaunch(a, b, y)), (a, b) =>
            (double)a * b);

    [Tests<ScaleLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Scale(string device) =>
        Binary(device, "Scale", (backend, a, _, y) => backend.Bind(new ScaleLaunch(-1.7f, a, y)), (a, _) =>
            (double)-1.7f * a);

    [Tests<AddBiasLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void AddBias(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int rows, int columns) in TestDevices.Bearable(device, Matrices, 4))
        {
            float[] x = Samples.Floats(rows * columns, 1), bias = Samples.Floats(columns, 2);
            Expected expected = Expected.Within([.. x.Select((value, i) => (double)value + bias[i % columns])], 1e-7);
            using OperationHarness harness = new(backend, $"{device}: AddBias {rows}x{columns}");
            Slice<float> y = harness.Output(x.Length), inPlace = harness.InOut(x), row = harness.Input(bias);
            Action apart = backend.Bind(new AddBiasLaunch(rows, columns, harness.Input(x), row, y)),
                same = backend.Bind(new AddBiasLaunch(rows, columns, inPlace, row, inPlace));
            harness.Check(() => { apart(); same(); }, (y, expected), (inPlace, expected));
        }
    }

    [Tests<BroadcastRowsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void BroadcastRows(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int rows, int columns) in TestDevices.Bearable(device, Matrices, 4))
        {
            float[] row = Samples.Floats(columns, 1);
            using OperationHarness harness = new(backend, $"{device}: BroadcastRows {rows}x{columns}");
            Slice<float> y = harness.Output(rows * columns);
            harness.Check(
                backend.Bind(new BroadcastRowsLaunch(rows, columns, harness.Input(row), y)),
                (y, Expected.Within(
                    [.. Enumerable.Range(0, rows * columns).Select(i => (double)row[i % columns])], 0)));
        }
    }

    [Tests<FillLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Fill(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (int length in LengthsOf(device))
        {
            using OperationHarness harness = new(backend, $"{device}: Fill {length}");
            Slice<float> y = harness.Output(length);
            harness.Check(
                backend.Bind(new FillLaunch(-0.3f, y)),
                (y, Expected.Within([.. Enumerable.Repeat((double)-0.3f, length)], 0)));
        }
    }

    [Tests<ColumnSumsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void ColumnSums(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (int rows, int columns) in TestDevices.Bearable(
                device, [(2049, 1), (70, 65), (3, 5), .. Matrices, (1000, 3)]))
        {
            float[] x = Samples.Floats(rows * columns, 1);
            using OperationHarness harness = new(backend, $"{device}: ColumnSums {rows}x{columns}");
            Slice<float> sums = harness.Output(columns);
            double[] expected = [
                .. Enumerable.Range(0, columns)
                .Select(c => Enumerable.Range(0, rows).Sum(r => (double)x[(r * columns) + c]))];
            // The root of the number of terms, each of magnitude up to 1.
            harness.Check(
                backend.Bind(new ColumnSumsLaunch(rows, columns, harness.Input(x), sums)),
                (sums, Expected.Within(expected, 1e-7, 1.3e-6 * Math.Sqrt(rows))));
        }
    }

    private static void ForEach(string device, Action<IBackend, Activation, int> check)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (Activation activation in ReferenceActivation.All)
        {
            foreach (int length in LengthsOf(device))
                check(backend, activation, length);
        }
    }

    private static void Binary(
        string device, string name, Func<IBackend, Slice<float>, Slice<float>, Slice<float>, Action> bind,
        Func<float, float, double> formula)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (int length in LengthsOf(device))
        {
            float[] a = Samples.Floats(length, 1), b = Samples.Floats(length, 2);
            Expected expected = Expected.Within([.. a.Zip(b, formula)], 1e-7);
            using OperationHarness harness = new(backend, $"{device}: {name} {length}");
            Slice<float> y = harness.Output(length), inPlace = harness.InOut(a), other = harness.Input(b);
            Action apart = bind(backend, harness.Input(a), other, y), same = bind(backend, inPlace, other, inPlace);
            harness.Check(() => { apart(); same(); }, (y, expected), (inPlace, expected));
        }
    }
}
