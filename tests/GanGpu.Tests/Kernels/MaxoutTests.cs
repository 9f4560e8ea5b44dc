using GanGpu.Backends;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class MaxoutTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Select_and_spread(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int rows, int units, int pieces) in new[] { (1, 1, 1), (3, 5, 2), (31, 33, 5), (2, 127, 3), (64, 16, 4) })
        {
            int length = rows * units * pieces;
            // Rounded, so that some pieces are equal: the first of them counts.
            float[] keys = [.. Samples.Floats(length, 1).Select(value => MathF.Round(4 * value))], values = Samples.Floats(length, 2), dy = Samples.Floats(rows * units, 3);
            double[] selected = new double[rows * units], spread = new double[length];
            for (int i = 0; i < selected.Length; i++)
            {
                int[] columns = [.. Enumerable.Range(0, pieces).Select(p => (i / units * units * pieces) + (p * units) + (i % units))];
                int greatest = columns.First(column => keys[column] == columns.Max(other => keys[other]));
                selected[i] = values[greatest];
                spread[greatest] = dy[i];
            }

            using OperationHarness harness = new(backend, $"{device}: maxout {rows}x{units} of {pieces}");
            Slice<float> y = harness.Output(selected.Length), dx = harness.Output(length), key = harness.Input(keys);
            Action select = backend.MaxoutSelect(rows, units, pieces, harness.Input(values), key, y), back = backend.MaxoutSpread(rows, units, pieces, harness.Input(dy), key, dx);
            harness.Check(() => { select(); back(); }, (y, Expected.Within(selected, 0)), (dx, Expected.Within(spread, 0)));
        }
    }
}
