using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class SoftmaxCrossEntropyTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<SoftmaxCrossEntropyLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Losses_gradients_and_shares(string device)
    {
        foreach ((int rows, int classes, ClassTargets targets) in TestDevices.Bearable<(int, int, ClassTargets)>(device,
        [
            (1, 1, new(1)), (1, 10, new(1)), (3, 2, new(2, 0.5f, 2f)), (33, 10, new(33)), (66, 10, new(31, 1f, 0.1f)),
                (7, 33, new(1)), (5, 127, new(0, 1f, 3f)), (3, 1000, new(2)),
        ]))
        {
            Random random = new(rows);
            float[] logits = [.. Samples.Floats(rows * classes, rows).Select((x, i) => i % 2 == 0 ? 8 * x : 0.1f * x)];
            float[] labels = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(classes))];
            Check(device, classes, targets, logits, labels);
            // Only some have one, and of the second part none.
            Check(device, classes, targets, logits,
                [.. labels.Select((label, r) => r >= targets.Split ? -1 : r % 3 == 1 ? classes : label)]);
        }
    }

    /// <summary>
    /// Logits out of the range of exponentials, right and wrong ones; equal ones, of which the first counts.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Sure_and_equal_logits(string device) => Check(
        device, 3, new(4, 1f, 1f),
        [1e4f, 0f, -1e4f, 1e4f, 0f, -1e4f, 20f, 0f, 0f, 0f, 20f, 0f, 2f, 2f, 2f, 2f, 2f, 2f, -1e30f, 0f, 1e30f],
        [0f, 2f, 0f, 0f, 0f, 1f, 2f]);

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_row_that_is_sure_and_right_keeps_its_small_gradient(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: a sure row");
        Slice<float> gradient = harness.Output(2), results = harness.Output(2), metrics = harness.Output(4);
        double share = Math.Exp(-20) / (1 + Math.Exp(-20));
        harness.Check(
            backend.Bind(
                new SoftmaxCrossEntropyLaunch(
                    1, 2, new(1), harness.Input([25f, 5f]), harness.Input([0f]), gradient, results, metrics)),
            (gradient, Expected.Within([-share, share], 2e-6)), (results, Expected.Within([Math.Exp(-20), 1], 2e-6)),
            (metrics, Expected.Within([Math.Exp(-20), 0, 1, 0], 2e-6)));
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_logit_that_is_no_number_shows_in_the_loss(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, "NaN");
        Slice<float> logits = harness.Input([1f, 2f, float.NaN, 3f, 1f, 2f]), gradient = harness.Output(6),
            results = harness.Output(6), metrics = harness.Output(4);
        harness.Run(
            backend.Bind(
                new SoftmaxCrossEntropyLaunch(
                    3, 2, new(2), logits, harness.Input([0f, 1f, 0f]), gradient, results, metrics)));
        Assert.True(float.IsNaN(OperationHarness.Read(metrics)[0]));
        Assert.True(float.IsNaN(OperationHarness.Read(gradient)[3]));
        Assert.True(float.IsFinite(OperationHarness.Read(metrics)[1]));
    }

    private static void Check(string device, int classes, ClassTargets targets, float[] logits, float[] labels)
    {
        IBackend backend = TestDevices.Open(device);
        (double[] gradient, double[] results, double[] metrics) = ReferenceSoftmax.CrossEntropy(
            classes, targets, Array.ConvertAll(logits, x => (double)x), Array.ConvertAll(labels, x => (double)x));
        using OperationHarness harness =
            new(backend, $"{device}: softmax cross-entropy {labels.Length}x{classes} {targets}");
        Slice<float> slopes = harness.Output(logits.Length), each = harness.Output(results.Length),
            means = harness.Output(4);
        // As the softmax itself; a loss carries the rounding of the logits' difference, up to 16, and of a sum over
        // rows.
        harness.Check(
            backend.Bind(
                new SoftmaxCrossEntropyLaunch(
                    labels.Length, classes, targets, harness.Input(logits), harness.Input(labels), slopes,
                    each, means)),
            (slopes, Expected.Within(gradient, 3e-6, 1e-37)), (each, Expected.Within(results, 1e-6, 2e-6)),
            (means, Expected.Within(metrics, 2e-6, 2e-6)));
    }
}
