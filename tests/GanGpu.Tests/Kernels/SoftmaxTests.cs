using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class SoftmaxTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<LogSumExpLaunch>]
    [Tests<SoftmaxLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Shares_and_logarithms(string device)
    {
        foreach (
            (int rows, int columns) in TestDevices.Bearable(
                device, [(1, 1), (3, 2), (2, 17), (31, 10), (3, 33), (5, 127), (2, 1000)]))
            Check(device, columns,
                [.. Samples.Floats(rows * columns, 1).Select((x, i) => i % 2 == 0 ? 8 * x : 0.1f * x)]);
    }

    /// <summary>
    /// Logits whose exponentials are out of range, all of them far below zero, and one that is alone.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Great_logits_make_no_infinity(string device)
    {
        Check(device, 5,
            [100f, 99f, -100f, 1e4f, 0f, -1e4f, -1e4f, -10001f, -1e4f, -10002f, 1e30f, -1e30f, 0f, 1f, 2f]);
        Check(device, 18, [.. Enumerable.Range(0, 18).Select(i => -500f - i)]);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_logit_that_is_no_number_shows(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, "NaN");
        Slice<float> x = harness.Input([1f, float.NaN, 2f, 1f, 2f, 3f]), y = harness.Output(6),
            logarithms = harness.Output(2);
        Action softmax = backend.Bind(new SoftmaxLaunch(2, 3, x, y)),
            logSumExp = backend.Bind(new LogSumExpLaunch(2, 3, x, logarithms));
        harness.Run(() => { softmax(); logSumExp(); });
        Assert.All(OperationHarness.Read(y)[..3], value => Assert.True(float.IsNaN(value)));
        Assert.All(OperationHarness.Read(y)[3..], value => Assert.True(float.IsFinite(value)));
        Assert.True(float.IsNaN(OperationHarness.Read(logarithms)[0]));
    }

    private static void Check(string device, int columns, float[] x)
    {
        IBackend backend = TestDevices.Open(device);
        int rows = x.Length / columns;
        double[] exact = Array.ConvertAll(x, value => (double)value);
        using OperationHarness harness = new(backend, $"{device}: softmax {rows}x{columns}");
        Slice<float> input = harness.Input(x), y = harness.Output(x.Length), logarithms = harness.Output(rows);
        Action softmax = backend.Bind(new SoftmaxLaunch(rows, columns, input, y)),
            logSumExp = backend.Bind(new LogSumExpLaunch(rows, columns, input, logarithms));
        // x − max is rounded before its exponential: up to half a unit in the last place of 16, 1e-6, of the share.
        // Sums have one sign.
        harness.Check(
            () => { softmax(); logSumExp(); },
            (y, Expected.Within(ReferenceSoftmax.Softmax(columns, exact), 2e-6, 1e-37)),
            (logarithms, Expected.Within([.. exact.Chunk(columns).Select(ReferenceSoftmax.LogSumExp)], 3e-7, 1e-6)));
    }
}
