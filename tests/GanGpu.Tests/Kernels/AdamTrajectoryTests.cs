using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>AdvanceStep and Adam together, over many steps as training replays them.</summary>
[Collection(TestDevices.Collection)]
public class AdamTrajectoryTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Many_steps_stay_beside_float64(string device)
    {
        const int count = 67;
        int steps = device == "emulator" ? 10 : 60;
        IBackend backend = TestDevices.Open(device);
        foreach (
            (AdamOptions options, uint done) in new[] {
                (new AdamOptions(), 0u), (new AdamOptions(1e-3, 0.5, 0.999, 1e-8), 0u),
                (new AdamOptions(1e-2, 0, 0.9, 1e-7), 0u), (new AdamOptions(), 9_990u) })
        {
            float[] theta = Samples.Floats(count, 1);
            using OperationHarness harness = new(backend, $"{device}: {steps} steps from {done} of {options}");
            Slice<uint> step = harness.InOut([done + 1]);
            Slice<float> coefficients = harness.Output(2), parameters = harness.InOut(theta),
                gradients = harness.InOut(new float[count]);
            Action advance = Clocks.AdvanceStep(backend, harness, options, step, coefficients);
            Action update = backend.Bind(
                new AdamLaunch(
                    options, coefficients, parameters, gradients, harness.InOut(new float[count]),
                    harness.InOut(new float[count])));
            ReferenceAdam reference = new(options, theta, done);
            float[][] given = [.. Enumerable.Range(0, steps).Select(t => Gradient(count, t))];
            foreach (float[] gradient in given)
                reference.Step(gradient);
            // Each step moves a parameter by about the learning rate with an error of 4e-6 of it, and rounds it to a
            // unit of 1.
            harness.Check(
                () =>
                {
                    foreach (float[] gradient in given)
                    {
                        gradients.Buffer.CopyFrom(gradient, gradients.Offset);
                        advance();
                        update();
                    }
                },
                (parameters, Expected.Within(reference.Parameters, 0, steps * ((4e-6 * options.LearningRate) + 6e-8))));
            Assert.Equal(done + (uint)steps + 1, OperationHarness.Read(step)[0]);
        }
    }

    /// <summary>
    /// Ten thousand replays of the counter alone: the coefficients must not drift, as they would if β^t were multiplied
    /// up.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_coefficients_do_not_drift(string device)
    {
        uint steps = device.StartsWith("cpu", StringComparison.Ordinal) ? 10_000u : 200u;
        AdamOptions options = new();
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: AdvanceStep, {steps} times");
        Slice<uint> step = harness.InOut([1u]);
        Slice<float> coefficients = harness.Output(2);
        Action advance = Clocks.AdvanceStep(backend, harness, options, step, coefficients);
        double[] expected = [
            (float)options.LearningRate / (1 - Math.Pow(options.Beta1, steps)),
            1 / Math.Sqrt(1 - Math.Pow(options.Beta2, steps))];
        harness.Check(
            () =>
            {
                for (uint t = 0; t < steps; t++)
                    advance();
            },
            (coefficients, Expected.Within(expected, 5e-7)));
        Assert.Equal(steps + 1, OperationHarness.Read(step)[0]);
    }

    /// <summary>Of changing size and sign, with parameters that seldom or never have one.</summary>
    private static float[] Gradient(int count, int step) =>
        [.. Samples.Floats(count, 100 + step)
            .Select((x, i) => i % 5 == 0 ? 0f : i % 5 == 1 && step % 3 != 0 ? 0f : i % 5 == 2 ? 1e-4f * x : x)];
}
