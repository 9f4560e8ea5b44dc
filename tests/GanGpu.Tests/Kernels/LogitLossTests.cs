using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Networks;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Every loss of logits but the cross-entropy, which <see cref="SigmoidCrossEntropyTests"/> is about.
/// </summary>
[Collection(TestDevices.Collection)]
public class LogitLossTests
{
    private static readonly (LogitLossKind Kind, BinaryTargets Targets)[] Separate =
    [
        (LogitLossKind.LeastSquares, new(int.MaxValue, 1f, 0f)),
            (LogitLossKind.LeastSquares, new(17, 0.9f, 0.1f, 0.5f, 2f)),
        (LogitLossKind.Hinge, new(int.MaxValue, 1f, -1f)), (LogitLossKind.Hinge, new(17, 1f, -1f, 0.5f, 2f)),
        (LogitLossKind.Hinge, new(0, 1f, -1f)),
        (LogitLossKind.Linear, new(int.MaxValue, 1f, -1f)), (LogitLossKind.Linear, new(17, 1f, -1f, -1f, 2f)),
    ];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Losses_gradients_and_shares_of_single_logits(string device)
    {
        foreach (int count in new[] { 1, 2, 3, 31, 33, 127, 1025 })
        {
            foreach ((LogitLossKind kind, BinaryTargets targets) in Separate)
                Check(device, kind, targets with { Split = Math.Min(targets.Split, count) },
                    [.. Samples.Floats(count, count).Select((x, i) => i % 2 == 0 ? 4 * x : 0.6f * x)]);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Losses_gradients_and_shares_of_pairs(string device)
    {
        foreach (int pairs in new[] { 1, 2, 3, 31, 33, 127, 513 })
        {
            float[] logits = [.. Samples.Floats(2 * pairs, pairs).Select((x, i) => i % 2 == 0 ? 4 * x : 0.1f * x)];
            Check(device, LogitLossKind.RelativisticPairing, new(pairs, 1f, 0f), logits);
            Check(device, LogitLossKind.RelativisticPairing, new(pairs, 0f, 1f, 0.5f), logits);
        }
    }

    /// <summary>
    /// Margins of exactly 1, logits on the border, pairs of equals: each on the side that its documentation says.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Logits_on_the_border(string device)
    {
        float[] logits = [1f, -1f, 0f, -0f, 0.5f, 0.50000006f, 0.49999997f, 2f];
        foreach (int split in new[] { 0, 4, 8 })
        {
            Check(device, LogitLossKind.Hinge, new(split, 1f, -1f), logits);
            Check(device, LogitLossKind.LeastSquares, new(split, 1f, 0f), logits);
            Check(device, LogitLossKind.Linear, new(split, 1f, -1f), logits);
        }

        Check(device, LogitLossKind.RelativisticPairing, new(4, 1f, 0f), [1f, 0f, -0f, -3f, 1f, -0f, 0f, -3f]);
    }

    /// <summary>A pair far apart overflows nothing, and one that is ranked rightly keeps its small gradient.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Pairs_that_are_far_apart(string device)
    {
        float[] apart = [100f, -100f, 1e4f, -1e4f, 20f, 30f, -100f, 100f, -1e4f, 1e4f, 0f, 0f];
        Check(device, LogitLossKind.RelativisticPairing, new(6, 1f, 0f), apart);
        Check(device, LogitLossKind.RelativisticPairing, new(6, 0f, 1f), apart);

        using OperationHarness harness = new(TestDevices.Open(device), $"{device}: a sure pair");
        Slice<float> gradient = harness.Output(2);
        double tail = Math.Exp(-30) / (1 + Math.Exp(-30));
        harness.Check(
            TestDevices.Open(device)
                .Bind(new LogitLossLaunch(
                    LogitLossKind.RelativisticPairing, new(1, 1f, 0f), harness.Input([30f, 0f]), gradient,
                    harness.Output(4))),
            (gradient, Expected.Within([-tail, tail], 1e-6)));
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_logit_that_is_no_number_shows_in_the_loss(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (LogitLossKind kind in Enum.GetValues<LogitLossKind>())
        {
            foreach (int bad in new[] { 1, 18 })
            {
                float[] logits = Samples.Floats(38, 1);
                logits[bad] = float.NaN;
                using OperationHarness harness = new(backend, $"{device}: {kind} of NaN");
                Slice<float> metrics = harness.Output(4);
                harness.Run(
                    backend.Bind(
                        new LogitLossLaunch(
                            kind, new(19, 1f, -1f), harness.Input(logits), harness.Output(38), metrics)));
                Assert.True(float.IsNaN(OperationHarness.Read(metrics)[0]), $"{kind} at {bad}");
            }
        }
    }

    [Fact]
    public void Pairs_that_do_not_fit_are_refused()
    {
        IBackend backend = TestDevices.Open("cpu");
        using OperationHarness harness = new(backend, "LogitLoss");
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => backend.Bind(
                new LogitLossLaunch(
                    LogitLossKind.RelativisticPairing, new(2, 1f, 0f), harness.Input(new float[5]), harness.Output(5),
                    harness.Output(4))));
        Assert.Contains("5 logits, but it is 2", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new LogitLoss(
                LogitLossKind.RelativisticPairing, new Tensor("logits", new Shape(6, 1)), new(2, 1f, 0f)));
    }

    private static void Check(string device, LogitLossKind kind, BinaryTargets targets, float[] logits)
    {
        (double[] gradient, double[] metrics) =
            ReferenceLogitLoss.Of(kind, targets, Array.ConvertAll(logits, x => (double)x));
        double weight = kind == LogitLossKind.RelativisticPairing ? Math.Abs(targets.FirstWeight) / targets.Split : 0;
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: {kind} {logits.Length} {targets}");
        Slice<float> dx = harness.Output(logits.Length), means = harness.Output(4);
        // Slopes of single logits are a difference and two products of given numbers. Pairs: a difference of logits
        // rounds by half a unit of its size, which the sigmoid passes on by at most a quarter, and so does the tail's
        // own rounding.
        double[] slack = [.. gradient.Select((g, i) => (4e-7 * Math.Abs(g)) + (weight * 2e-7))];
        // Terms of either sign: half a unit of the largest term for each of the tree's seven levels and the row's four
        // terms.
        double largest =
            logits.Max(x => Math.Max(1, kind == LogitLossKind.LeastSquares ? (double)x * x : 2 * Math.Abs((double)x)));
        harness.Check(
            backend.Bind(new LogitLossLaunch(kind, targets, harness.Input(logits), dx, means)),
            (dx, new(gradient, slack)),
            (means, Expected.Within(metrics, 2e-6, 6e-8 * 11 * largest)));
    }
}
