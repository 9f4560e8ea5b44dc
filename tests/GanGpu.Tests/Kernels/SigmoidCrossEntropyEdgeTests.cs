using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// The loss with empty parts, logits on the border, soft targets, and how exact a sure logit's gradient is.
/// </summary>
[Collection(TestDevices.Collection)]
public class SigmoidCrossEntropyEdgeTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Empty_parts_soft_targets_and_weights(string device)
    {
        BinaryTargets[] targets =
        [
            new(0, 1f, 0f), new(0, 1f, 1f, 1f, -1f), new(1, 0.5f, 0.49999997f), new(63, 0.9f, 0.3f, 0f, 1f),
                new(64, 1f, 0f, -1f, -1f), new(65, 0.25f, 0.75f, 1e-3f, 1e3f),
        ];
        foreach (int count in new[] { 1, 63, 64, 65, 127, 129, 257 })
        {
            float[] logits =
                [.. Samples.Floats(count, count).Select((x, i) => i % 4 == 0 ? 0f : i % 4 == 1 ? 30 * x : x)];
            foreach (BinaryTargets target in targets)
                Check(device, target with { Split = Math.Min(target.Split, count) }, logits);
        }
    }

    /// <summary>0 is on the side of a target below one half, whichever sign the zero has.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Zero_counts_as_no(string device)
    {
        float[] logits = [0f, -0f, 1e-38f, -1e-38f, 0f, -0f, 1e-38f, -1e-38f];
        Check(device, new(4, 1f, 0f), logits);
        Check(device, new(4, 0f, 1f), logits);
        Check(device, new(8, 0.5f, 0f), logits);
    }

    /// <summary>
    /// Every length of a single part up to past the widest vector: no lane past the end may be counted.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Every_short_length_and_split(string device)
    {
        int longest = device == "emulator" ? 6 : 35;
        for (int count = 1; count <= longest; count++)
        {
            for (int split = 0; split <= count; split += device == "emulator" ? 2 : 5)
                Check(device, new(split, 1f, 0f), Samples.Floats(count, count));
        }
    }

    /// <summary>What is no number is on neither side of zero: x > 0 and x ≤ 0 are both false of it.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void What_is_no_number_is_on_no_side(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: SigmoidCrossEntropy of NaN");
        Slice<float> logits = harness.Input([float.NaN, 1f, 2f, 3f, float.NaN, -1f, -2f, -3f]),
            metrics = harness.Output(4);
        harness.Run(
            backend.Bind(
                new LogitLossLaunch(
                    LogitLossKind.SigmoidCrossEntropy, new(4, 1f, 0f), logits, harness.Output(8), metrics)));
        Assert.Equal([0.75f, 0.75f], OperationHarness.Read(metrics)[2..]);
    }

    /// <summary>
    /// A logit on its target's side has a gradient of e^−|x|, wrong by no more than a unit of 1 in σ(x) − t; |σ − t| ≤
    /// 1.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Extreme_logits_of_every_target(string device)
    {
        float[] logits = [
            .. Enumerable.Repeat(
                (float[])[100f, -100f, 1e4f, -1e4f, 1e30f, -1e30f, 88.8f, -88.8f, 16.7f, -16.7f, 3e-39f], 3)
            .SelectMany(x => x)];
        foreach (float target in new[] { 0f, 0.1f, 0.5f, 0.9f, 1f })
            Check(device, new(logits.Length, target, 0f), logits);
    }

    private static void Check(string device, BinaryTargets targets, float[] logits)
    {
        (double[] gradient, double[] metrics) = ReferenceCrossEntropy.Of(targets, logits);
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: SigmoidCrossEntropy {logits.Length} {targets}");
        Slice<float> dx = harness.Output(logits.Length), means = harness.Output(4);
        // σ(x) and the difference from t round by half a unit of 1 each, times the weight over the rows; then two more
        // roundings.
        double[] slack = [
            .. gradient.Select(
                (g, i) =>
                (4e-7 * Math.Abs(g))
                + (2e-7 * (i < targets.Split ? Math.Abs(targets.FirstWeight) / targets.Split
                    : Math.Abs(targets.SecondWeight) / (logits.Length - targets.Split))))];
        harness.Check(
            backend.Bind(
                new LogitLossLaunch(LogitLossKind.SigmoidCrossEntropy, targets, harness.Input(logits), dx, means)),
            (dx, new(gradient, slack)), (means, Expected.Within(metrics, 2e-6, 1e-7)));
    }
}
