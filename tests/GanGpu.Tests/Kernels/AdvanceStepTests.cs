using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class AdvanceStepTests
{
    private static readonly AdamOptions[] Options = [new(), new(1e-3, 0.5, 0.99, 1e-6), new(1e-2, 0, 0.9, 1e-8)];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<AdvanceStepLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Coefficients_are_those_of_the_step(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (AdamOptions options in Options)
        {
            foreach (uint number in new[] { 1u, 2u, 3u, 10u, 100u, 1000u, 10_000u, 1_000_001u })
            {
                using OperationHarness harness = new(backend, $"{device}: AdvanceStep {number} {options}");
                Slice<uint> step = harness.InOut([number]);
                Slice<float> coefficients = harness.Output(2);
                double[] expected = [
                    (float)options.LearningRate / (1 - Math.Pow(options.Beta1, number)),
                    1 / Math.Sqrt(1 - Math.Pow(options.Beta2, number))];
                harness.Check(
                    Clocks.AdvanceStep(backend, harness, options, step, coefficients),
                    (coefficients, Expected.Within(expected, 1e-6)));
                Assert.Equal(number + 1, OperationHarness.Read(step)[0]);
            }
        }
    }

    /// <summary>With several batches to an update, all of them have the coefficients of that update.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Coefficients_are_those_of_the_update_that_a_batch_is_part_of(string device)
    {
        IBackend backend = TestDevices.Open(device);
        AdamOptions options = Options[1] with { Decay = new(From: 1, To: 5) };
        foreach ((uint batch, int update) in new[] { (1u, 1), (3u, 1), (4u, 2), (6u, 2), (7u, 3), (13u, 5) })
        {
            using OperationHarness harness = new(backend, $"{device}: AdvanceStep {batch} of update {update}");
            Slice<uint> step = harness.InOut([batch]);
            Slice<float> coefficients = harness.Output(2);
            double rate = (float)options.LearningRate * (1 - (Math.Max(0, update - 2) / 4.0));
            harness.Check(
                backend.Bind(
                    new AdvanceStepLaunch(
                        Clocks.Of(harness, options, step, coefficients) with { Batches = 3 }, harness.Input([0f]))),
                (coefficients,
                    Expected.Within(
                        [rate / (1 - Math.Pow(options.Beta1, update)),
                            1 / Math.Sqrt(1 - Math.Pow(options.Beta2, update))], 1e-6)));
            Assert.Equal(batch + 1, OperationHarness.Read(step)[0]);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Metrics_go_to_the_place_of_their_step_and_nowhere_else(string device)
    {
        const int slots = 3, count = 4;
        IBackend backend = TestDevices.Open(device);
        foreach (uint step in new[] { 1u, 2u, 3u, 4u, 7u, 1_000_000_000u })
        {
            float[] metrics = Samples.Floats(count, 1), before = Samples.Floats(slots * count, 2);
            double[] after = [.. before.Select(value => (double)value)];
            for (int i = 0; i < count; i++)
                after[((int)((step - 1) % slots) * count) + i] = metrics[i];
            using OperationHarness harness = new(backend, $"{device}: AdvanceStep {step}");
            Slice<float> ring = harness.InOut(before);
            StepClock clock = new(new(), harness.InOut([step]), harness.Input([1f]), harness.Output(2), ring);
            harness.Check(
                backend.Bind(new AdvanceStepLaunch(clock, harness.Input(metrics))), (ring, Expected.Within(after, 0)));
        }
    }
}
