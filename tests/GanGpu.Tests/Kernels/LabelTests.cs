using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class LabelTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<RealLabelsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Labels_are_those_of_the_batch(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int count, int batch) in new[] { (1, 1), (5, 2), (33, 31), (1000, 64) })
        {
            int[] labels = [.. Enumerable.Range(0, count).Select(i => (i * 37) % 1000)];
            DataOrder order = new(count, batch, 9);
            foreach (uint step in new[] { 1u, 2u, (uint)(3 * order.StepsPerEpoch) + 1 })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: labels of {batch} from {count} at step {step}");
                Slice<float> y = harness.Output(batch);
                double[] expected =
                    [.. Enumerable.Range(0, batch).Select(row => (double)labels[order.ImageAt(step, row)])];
                harness.Check(
                    backend.Bind(new RealLabelsLaunch(order, harness.Input([step]), harness.Input(labels), y)),
                    (y, Expected.Within(expected, 0)));
            }
        }
    }

    [Tests<RandomLabelsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Random_labels_are_those_of_the_counter(string device)
    {
        IBackend backend = TestDevices.Open(device);
        const ulong seed = 0xFEDC_BA98_7654_3210;
        foreach ((int rows, int classes) in new[] { (1, 1), (3, 2), (64, 10), (131, 1000) })
        {
            foreach (uint step in new[] { 1u, 0x8000_0001u })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: {rows} random labels of {classes} at step {step}");
                Slice<float> y = harness.Output(rows);
                double[] expected = [
                    .. Enumerable.Range(0, rows)
                    .Select(row =>
                        Math.Floor(Philox.Generate(seed, (uint)row, step, 77).X * (double)classes / 4294967296.0))];
                harness.Check(
                    backend.Bind(new RandomLabelsLaunch(classes, seed, 77, harness.Input([step]), y)),
                    (y, Expected.Within(expected, 0)));
            }
        }
    }

    [Fact]
    public void Every_class_is_as_likely_as_the_others()
    {
        const int classes = 10, draws = 100_000;
        int[] counts = new int[classes];
        for (int row = 0; row < draws; row++)
            counts[LabelsGpu.Draw(1, 2, 3, row, classes)]++;
        // χ² with 9 degrees of freedom: below 27.9 in 999 of 1000 cases; the seed is fixed.
        Assert.InRange(counts.Sum(count => Math.Pow(count - (draws / classes), 2) / (draws / classes)), 0.5, 27.9);
    }
}
