using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>Sweeps over an arena that are no optimizer's.</summary>
[Collection(TestDevices.Collection)]
public class ArenaTests
{
    private static readonly int[] Lengths = [1, 2, 3, 15, 31, 33, 127, 1025];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<WeightClipLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Weights_are_brought_into_the_limit(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (int length in Lengths)
        {
            float[] x = Samples.Floats(length, length);
            using OperationHarness harness = new(backend, $"{device}: WeightClip {length}");
            Slice<float> weights = harness.InOut(x);
            harness.Check(
                backend.Bind(new WeightClipLaunch(0.3f, weights)),
                (weights, Expected.Within([.. x.Select(value => (double)Math.Clamp(value, -0.3f, 0.3f))], 0)));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_weight_that_is_no_number_stays_none(string device)
    {
        using OperationHarness harness = new(TestDevices.Open(device), $"{device}: WeightClip of what is no number");
        float[] x = [
            .. Enumerable.Repeat((float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.01f, -0.01f], 7)
            .SelectMany(part => part)];
        Slice<float> weights = harness.InOut(x);
        harness.Check(
            TestDevices.Open(device).Bind(new WeightClipLaunch(0.01f, weights)),
            (weights,
                    new([.. x.Select(value => float.IsNaN(value) ? double.NaN : Math.Sign(value) * (double)0.01f)],
                        new double[x.Length])));
    }

    [Tests<WeightAverageLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_average_follows_the_weights(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            WeightAverage options in new[] {
                new WeightAverage(), new WeightAverage(0), new WeightAverage(0.9, 0.05),
                new WeightAverage(0.9999, 0.05), new WeightAverage(0.99, 100) })
        {
            foreach (uint step in new[] { 1u, 2u, 3u, 40u, 1000u, 1_000_001u, 4_000_000_000u })
            {
                int length = Lengths[step % Lengths.Length];
                float[] average = Samples.Floats(length, 1), theta = Samples.Floats(length, 2);
                int batches = step % 2 == 0 ? 1 : 3;
                uint updates = (step - 1) / (uint)batches;
                // β at most that of a half-life of ramp · t updates.
                double beta = Math.Min(options.Beta, options.RampUp > 0
                    ? Math.Pow(0.5, 1 / (options.RampUp * Math.Max(1.0, updates))) : (1.0 + updates) / (10 + updates));
                using OperationHarness harness = new(backend, $"{device}: {options} at {step}, {length}");
                Slice<float> kept = harness.InOut(average);
                harness.Check(
                    backend.Bind(
                        new WeightAverageLaunch(options, batches, harness.Input([step]), harness.Input(theta), kept)),
                    (kept, Expected.Within([.. average.Zip(theta, (a, w) => (beta * a) + ((1 - beta) * w))], 0, 4e-7)));
            }
        }
    }

    /// <summary>
    /// From random weights of the start nothing is left after some steps, however slow the average is in the end.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_average_forgets_its_start(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: average from the start");
        Slice<float> average = harness.InOut([1000f]), weights = harness.Input([1f]);
        const uint steps = 20;
        Action[] sweeps = [
            .. Enumerable.Range(0, (int)steps)
            .Select(t =>
                backend.Bind(
                    new WeightAverageLaunch(
                        new WeightAverage(0.99999), 1, harness.Input([(uint)t + 2]), weights, average)))];
        double left = Enumerable.Range(1, (int)steps).Aggregate(1.0, (product, t) => product * (1.0 + t) / (10 + t));
        Assert.InRange(left, 0, 1e-6);
        harness.Check(
            () => Array.ForEach(sweeps, sweep => sweep()), (average, new([1 + (999 * left)], [steps * 1e-6])));
    }

    /// <summary>
    /// Many small steps: the average must come as close to a constant weight as β^t says, and no less.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_average_comes_to_a_constant_weight(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: average of a constant");
        Slice<float> average = harness.InOut([0f, 1f]);
        Action sweep = backend.Bind(
            new WeightAverageLaunch(
                new WeightAverage(0.99), 1, harness.Input([1_000_001u]), harness.Input([1f, 1f]), average));
        const int steps = 50;
        harness.Check(
            () =>
            {
                for (int i = 0; i < steps; i++)
                    sweep();
            },
            (average, new([1 - Math.Pow(0.99, steps), 1], [steps * 6e-8, 0])));
    }

    [Tests<AccumulateLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Micro_batches_are_averaged(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (int length in Lengths)
        {
            float[][] parts = [.. Enumerable.Range(0, 3).Select(i => Samples.Floats(length, i))];
            using OperationHarness harness = new(backend, $"{device}: Accumulate {length}");
            Slice<float> sum = harness.InOut(new float[length]);
            Action[] accumulate =
                [.. parts.Select(part => backend.Bind(new AccumulateLaunch(1f / 3, harness.Input(part), sum)))];
            // Two sums and two products, each rounded to half a unit of at most 1.
            harness.Check(
                () => Array.ForEach(accumulate, add => add()),
                (sum, Expected.Within(
                    [.. Enumerable.Range(0, length).Select(i => parts.Average(part => (double)part[i]))], 0, 2.4e-7)));
        }
    }
}
