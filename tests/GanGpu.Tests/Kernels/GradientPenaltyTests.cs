using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Random;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class GradientPenaltyTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<GradientPenaltyLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Penalty(string device)
    {
        IBackend backend = TestDevices.Open(device);
        PenaltyShape[] shapes = [
            new(1, 1, 1, 1, 10, 0), new(3, 5, 2, 0, 0.5f, 0.25f), new(2, 1025, 1, 0, 1, 0), new(64, 33, 64, 1, 10, 0),
            new(7, 784, 0, 0, 1, 2), new(150, 127, 70, 1, 3, 4)];
        foreach (PenaltyShape shape in TestDevices.Bearable(device, shapes))
        {
            float[] g = Samples.Floats(shape.Rows * shape.Columns, 1);
            // A row without a direction: the derivative of its norm is taken as 0.
            g.AsSpan(0, shape.Columns).Clear();
            double[] norms = [
                .. Enumerable.Range(0, shape.Rows)
                .Select(r => Math.Sqrt(g.Skip(r * shape.Columns).Take(shape.Columns).Sum(x => (double)x * x)))];
            double[] cotangent = new double[g.Length];
            double[,] parts = new double[2, 2];
            for (int r = 0; r < shape.Rows; r++)
            {
                int part = r < shape.Split ? 0 : 1, rows = part == 0 ? shape.Split : shape.Rows - shape.Split;
                parts[0, part] += Math.Pow(norms[r] - shape.Center, 2) / rows;
                parts[1, part] += norms[r] / rows;
                for (int c = 0; c < shape.Columns; c++)
                    cotangent[(r * shape.Columns) + c] = norms[r] == 0 ? 0
                        : 2 * (part == 0 ? shape.FirstWeight : shape.SecondWeight) / rows
                        * (1 - (shape.Center / norms[r])) * g[(r * shape.Columns) + c];
            }

            // A norm's relative error is half that of a sum of squares, which all have one sign; 1 − 1/norm loses
            // digits near 1.
            double slack = 2e-7 * Math.Sqrt(shape.Columns);
            using OperationHarness harness = new(backend, $"{device}: {shape}");
            Slice<float> normsSlice = harness.Output(shape.Rows), cotangentSlice = harness.Output(g.Length),
                metrics = harness.Output(4);
            harness.Check(
                backend.Bind(new GradientPenaltyLaunch(shape, harness.Input(g), normsSlice, cotangentSlice, metrics)),
                (normsSlice, Expected.Within(norms, slack)),
                (cotangentSlice, Expected.Within(cotangent, slack, slack * 20 / shape.Rows)),
                (metrics, Expected.Within([parts[0, 0], parts[0, 1], parts[1, 0], parts[1, 1]], slack * 4, slack)));
        }
    }

    [Tests<InterpolateLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Points_between_two_batches(string device)
    {
        IBackend backend = TestDevices.Open(device);
        const ulong seed = 0x1234567890ABCDEF;
        foreach (
            (int rows, int columns) in TestDevices.Bearable(device, [(1, 1), (3, 5), (31, 33), (64, 127), (2, 1025)]))
        {
            float[] a = Samples.Floats(rows * columns, 1), b = Samples.Floats(rows * columns, 2);
            foreach (uint step in new uint[] { 1, 77 })
            {
                double[] expected = [.. a.Select((x, i) =>
                {
                    // The 24 upper bits of the block's first word.
                    double t = (Philox.Generate(seed, (uint)(i / columns), step, 9).X >> 8) / 16777216.0;
                    return x + (t * ((double)b[i] - x));
                })];
                using OperationHarness harness = new(backend, $"{device}: Interpolate {rows}x{columns}, step {step}");
                Slice<float> y = harness.Output(a.Length), inPlace = harness.InOut(a), other = harness.Input(b);
                Slice<uint> counter = harness.Input([step]);
                Action apart = backend.Bind(
                    new InterpolateLaunch(rows, columns, seed, 9, counter, harness.Input(a), other, y)),
                    same = backend.Bind(
                        new InterpolateLaunch(rows, columns, seed, 9, counter, inPlace, other, inPlace));
                harness.Check(
                    () => { apart(); same(); }, (y, Expected.Within(expected, 2e-7, 2e-7)),
                    (inPlace, Expected.Within(expected, 2e-7, 2e-7)));
            }
        }
    }
}
