using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class SigmoidCrossEntropyTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<LogitLossLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Losses_gradients_and_shares(string device)
    {
        BinaryTargets[] targets =
        [
            new(1, 1f, 0f), new(int.MaxValue, 1f, 0f), new(int.MaxValue, 0f, 0f, -1f), new(2, 0.9f, 0.1f, 0.5f, 2f),
                new(33, 1f, 0f), new(64, 0f, 1f),
        ];
        foreach (int count in new[] { 1, 2, 3, 16, 17, 31, 33, 64, 65, 128, 1025 })
        {
            foreach (BinaryTargets target in targets)
                Check(device, target with { Split = Math.Min(target.Split, count) },
                    [.. Samples.Floats(count, count).Select((x, i) => i % 2 == 0 ? 4 * x : 0.1f * x)]);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_confident_discriminator_makes_no_infinity(string device) =>
        Check(device, new BinaryTargets(4, 1f, 0f),
            [100f, -100f, 1e4f, -1e4f, 100f, -100f, 1e4f, -1e4f, 0f, 88f, -88f, 1e-8f, -1e-30f]);

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_logit_that_is_sure_and_right_keeps_its_small_gradient(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: SigmoidCrossEntropy of sure logits");
        float[] logits = [20f, 30f, -20f, -30f];
        Slice<float> gradient = harness.Output(4), metrics = harness.Output(4);
        double[] expected =
            [.. logits.Select(x => -Math.Sign(x) * Math.Exp(-Math.Abs(x)) / (1 + Math.Exp(-Math.Abs(x))) / 2)];
        double[] means = [Math.Exp(-20) / 2, Math.Exp(-20) / 2, 1, 1];
        harness.Check(
            backend.Bind(
                new LogitLossLaunch(
                    LogitLossKind.SigmoidCrossEntropy, new BinaryTargets(2, 1f, 0f), harness.Input(logits), gradient,
                    metrics)), (gradient, Expected.Within(expected, 1e-6)), (metrics, Expected.Within(means, 1e-3)));
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_logit_that_is_no_number_shows_in_the_loss(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, "NaN");
        Slice<float> logits = harness.Input([1f, 2f, 3f]), gradient = harness.Output(3), metrics = harness.Output(4);
        logits.Buffer.CopyFrom([1f, float.NaN, 3f], logits.Offset);
        backend.Bind(
            new LogitLossLaunch(LogitLossKind.SigmoidCrossEntropy, new BinaryTargets(2, 1f, 0f), logits, gradient,
                metrics))();
        Assert.True(float.IsNaN(OperationHarness.Read(metrics)[0]));
        Assert.True(float.IsNaN(OperationHarness.Read(gradient)[1]));
        Assert.True(float.IsFinite(OperationHarness.Read(metrics)[1]));
    }

    private static void Check(string device, BinaryTargets targets, float[] logits)
    {
        double[] gradient = new double[logits.Length], metrics = new double[4];
        for (int i = 0; i < logits.Length; i++)
        {
            bool first = i < targets.Split;
            double x = logits[i], t = first ? targets.First : targets.Second;
            int rows = first ? targets.Split : logits.Length - targets.Split;
            gradient[i] = (first ? targets.FirstWeight : targets.SecondWeight) * ((1 / (1 + Math.Exp(-x))) - t) / rows;
            metrics[first ? 0 : 1] += (Math.Max(x, 0) - (x * t) + Math.Log(1 + Math.Exp(-Math.Abs(x)))) / rows;
            metrics[first ? 2 : 3] += ((x > 0) == (t >= 0.5) ? 1.0 : 0) / rows;
        }

        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: SigmoidCrossEntropy {logits.Length} {targets}");
        Slice<float> dx = harness.Output(logits.Length), means = harness.Output(4);
        // σ(x) − t cancels where they are close: an absolute error of a unit of 1, over the rows. Means carry a sum's
        // rounding.
        double[] slack = [
            .. gradient.Select(
                (g, i) => (4e-7 * Math.Abs(g))
                + (4e-7 * 2 / (i < targets.Split ? targets.Split : logits.Length - targets.Split)))];
        harness.Check(
            backend.Bind(
                new LogitLossLaunch(LogitLossKind.SigmoidCrossEntropy, targets, harness.Input(logits), dx, means)),
                (dx, new(gradient, slack)), (means, Expected.Within(metrics, 2e-6, 1e-7)));
    }
}
