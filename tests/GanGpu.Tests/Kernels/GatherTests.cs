using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class GatherTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<ScatterAddRowsLaunch>]
    [Tests<GatherRowsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Rows_of_a_table_and_back(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (int rows, int classes, int columns) in new[] {
                (1, 1, 1), (3, 2, 5), (64, 10, 17), (31, 33, 33), (7, 1000, 3), (130, 3, 127) })
        {
            float[] labels = Labels(rows, classes), table = Samples.Floats(classes * columns, 1),
                x = Samples.Floats(rows * columns, 2);
            double[] gathered = [
                .. Enumerable.Range(0, rows * columns)
                .Select(i => Inside(labels[i / columns], classes)
                    ? table[((int)labels[i / columns] * columns) + (i % columns)] : 0.0)];
            double[] added = new double[table.Length];
            for (int i = 0; i < x.Length; i++)
            {
                if (Inside(labels[i / columns], classes))
                    added[((int)labels[i / columns] * columns) + (i % columns)] += x[i];
            }

            using OperationHarness harness = new(backend, $"{device}: {rows} rows of {classes}x{columns}");
            Slice<float> named = harness.Input(labels), y = harness.Output(x.Length),
                sums = harness.Output(table.Length);
            Action gather = backend.Bind(new GatherRowsLaunch(rows, classes, columns, harness.Input(table), named, y)),
                scatter = backend.Bind(new ScatterAddRowsLaunch(rows, classes, columns, harness.Input(x), named, sums));
            // Sums of as many rows as have a label in common.
            harness.Check(
                () => { gather(); scatter(); }, (y, Expected.Within(gathered, 0)),
                (sums, Expected.Within(added, 1e-7, 1.3e-6 * Math.Sqrt(rows))));
        }
    }

    [Tests<OneHotLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void One_hot(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int rows, int classes) in new[] { (1, 1), (3, 2), (64, 10), (31, 33), (2, 1000) })
        {
            float[] labels = Labels(rows, classes);
            using OperationHarness harness = new(backend, $"{device}: {rows} labels of {classes}");
            Slice<float> y = harness.Output(rows * classes);
            harness.Check(
                backend.Bind(new OneHotLaunch(rows, classes, harness.Input(labels), y)),
                (y, Expected.Within(
                    [.. Enumerable.Range(0, rows * classes)
                        .Select(i => labels[i / classes] == i % classes ? 1.0 : 0)], 0)));
        }
    }

    private static bool Inside(float label, int classes) => label >= 0 && label < classes;

    /// <summary>Among many rows some have no label: too great, negative, far too great.</summary>
    private static float[] Labels(int rows, int classes)
    {
        Random random = new(rows);
        float[] labels = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(classes))];
        labels[0] = classes - 1;
        if (rows > 5)
            (labels[1], labels[3], labels[5]) = (classes, -1f, 1e30f);
        return labels;
    }
}
