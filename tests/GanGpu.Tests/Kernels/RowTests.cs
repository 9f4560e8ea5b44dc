using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Reduction;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class RowTests
{
    private static readonly (int Rows, int Columns)[] Matrices =
        [(1, 1), (1, 33), (33, 1), (3, 5), (31, 17), (7, 127), (300, 2), (64, 32), (2, 1025)];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<RowDotsLaunch>]
    [Tests<RowSumsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Sums_and_products(string device)
    {
        IBackend backend = TestDevices.Open(device);
        // Rows so long that they are cut into parts, and parts of which there are many.
        foreach ((int rows, int columns) in TestDevices.Bearable(device, [(2, 8193), .. Matrices, (1, 140_001)], 3))
        {
            float[] a = Samples.Floats(rows * columns, 1), b = Samples.Floats(rows * columns, 2);
            using OperationHarness harness = new(backend, $"{device}: sums of rows {rows}x{columns}");
            Slice<float> sums = harness.Output(rows), dots = harness.Output(rows), squares = harness.Output(rows),
                x = harness.Input(a);
            Action[] actions = [
                backend.Bind(new RowSumsLaunch(rows, columns, x, sums)),
                backend.Bind(new RowDotsLaunch(rows, columns, x, harness.Input(b), dots)),
                backend.Bind(new RowDotsLaunch(rows, columns, x, x, squares))];
            // The root of the number of terms, each of magnitude up to 1.
            double slack = 1.3e-6 * Math.Sqrt(columns);
            harness.Check(
                () => Array.ForEach(actions, action => action()),
                (sums, Expected.Within(Rows(rows, columns, i => a[i]), 1e-7, slack)),
                (dots, Expected.Within(Rows(rows, columns, i => (double)a[i] * b[i]), 1e-7, slack)),
                (squares, Expected.Within(Rows(rows, columns, i => (double)a[i] * a[i]), 1e-7, slack)));
        }
    }

    [Tests<RowDirectionsLaunch>]
    [Tests<ScaleRowsLaunch>]
    [Tests<BroadcastColumnsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Broadcast_scale_and_direction(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int rows, int columns) in TestDevices.Bearable(device, [.. Matrices, (1, 8195)]))
        {
            int length = rows * columns;
            float[] x = Samples.Floats(length, 1), factors = Samples.Floats(rows, 2);
            // A row without a direction, where there is another.
            if (rows > 1)
                x.AsSpan(0, columns).Clear();
            double[] norms = [.. Rows(rows, columns, i => (double)x[i] * x[i]).Select(Math.Sqrt)];
            using OperationHarness harness = new(backend, $"{device}: rows scaled {rows}x{columns}");
            Slice<float> input = harness.Input(x), column = harness.Input(factors), broadcast = harness.Output(length),
                scaled = harness.Output(length), inPlace = harness.InOut(x), directions = harness.Output(length);
            Action[] actions =
            [
                backend.Bind(new BroadcastColumnsLaunch(rows, columns, column, broadcast)),
                    backend.Bind(new ScaleRowsLaunch(rows, columns, input, column, scaled)),
                backend.Bind(new ScaleRowsLaunch(rows, columns, inPlace, column, inPlace)),
                backend.Bind(new RowDirectionsLaunch(rows, columns, 0.5f, input, directions)),
            ];
            Expected product = Expected.Within([.. x.Select((value, i) => (double)value * factors[i / columns])], 1e-7);
            // A norm's relative error is half that of a sum of squares, which all have one sign.
            harness.Check(
                () => Array.ForEach(actions, action => action()),
                (broadcast, Expected.Within([.. x.Select((_, i) => (double)factors[i / columns])], 0)),
                (scaled, product), (inPlace, product),
                (directions,
                    Expected.Within(
                        [.. x.Select((value, i) => value / Math.Max(0.5, norms[i / columns]))], 3e-7
                        + (1e-7 * Math.Sqrt(columns)))));
        }
    }

    private static double[] Rows(int rows, int columns, Func<int, double> term) =>
        [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(r * columns, columns).Sum(term))];
}
