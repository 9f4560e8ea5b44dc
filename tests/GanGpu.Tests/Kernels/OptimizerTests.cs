using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// RMSProp and descent with momentum over many steps against float64, the learning rate falling on the way.
/// </summary>
[Collection(TestDevices.Collection)]
public class OptimizerTests
{
    private static readonly int[] Lengths = [1, 2, 3, 31, 33, 127, 1025];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<RmsPropLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void RmsProp_over_many_steps(string device)
    {
        foreach (
            RmsPropOptions options in new[] {
                new RmsPropOptions(), new RmsPropOptions(1e-3, 0.9, 1e-6) { Decay = new(2, 7, 0.1) },
                new RmsPropOptions(1e-2, 0) })
        {
            double[] v = [];
            Run(device, options, (backend, coefficients, parameters, gradients, state) =>
                backend.Bind(new RmsPropLaunch(options, coefficients, parameters, gradients, state)),
                (rate, theta, g) =>
            {
                v = v.Length == theta.Length ? v : new double[theta.Length];
                for (int i = 0; i < theta.Length; i++)
                {
                    v[i] = (options.Alpha * v[i]) + ((1 - options.Alpha) * g[i] * g[i]);
                    theta[i] -= rate * g[i] / (Math.Sqrt(v[i]) + options.Epsilon);
                }

                return v;
            });
        }
    }

    [Tests<SgdLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Sgd_over_many_steps(string device)
    {
        foreach (
            SgdOptions options in new[] {
                new SgdOptions(), new SgdOptions(0.1, 0.9) { Decay = new(0, 6) },
                new SgdOptions(0.03, 0.5, Nesterov: true) })
        {
            double[] b = [];
            Run(device, options, (backend, coefficients, parameters, gradients, state) =>
                backend.Bind(new SgdLaunch(options, coefficients, parameters, gradients, state)), (rate, theta, g) =>
            {
                b = b.Length == theta.Length ? b : new double[theta.Length];
                for (int i = 0; i < theta.Length; i++)
                {
                    b[i] = (options.Momentum * b[i]) + g[i];
                    theta[i] -= rate * (options.Nesterov ? g[i] + (options.Momentum * b[i]) : b[i]);
                }

                return b;
            });
        }
    }

    /// <summary>
    /// The factor of every update, from the first to past the end, and far beyond what an int can count.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_learning_rate_falls_in_a_straight_line(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            LearningRateDecay decay in new[] {
                new LearningRateDecay(0, 50_000), new LearningRateDecay(10, 11), new LearningRateDecay(3, 9, 0.25),
                new LearningRateDecay(0, int.MaxValue, 0.5) })
        {
            foreach (
                uint number in new[] {
                    1u, 2u, 4u, 5u, 9u, 10u, 11u, 12u, 25_001u, 50_000u, 50_001u, 2_000_000_000u, 4_000_000_000u })
            {
                using OperationHarness harness = new(backend, $"{device}: {decay} at {number}");
                Slice<float> coefficients = harness.Output(2);
                AdamOptions options = new(1e-3, 0, 0) { Decay = decay };
                long done = number - 1L;
                double factor = done <= decay.From ? 1 : done >= decay.To ? decay.FinalFactor
                    : 1 - ((1 - decay.FinalFactor) * (done - decay.From) / (decay.To - (double)decay.From));
                // 1 less the fall: an absolute error of a unit of 1, in units of the rate.
                harness.Check(
                    Clocks.AdvanceStep(backend, harness, options, harness.InOut([number]), coefficients),
                    (coefficients, new([(float)1e-3 * factor, 1], [1e-3 * 2e-7, 0])));
            }
        }
    }

    private static void Run(
        string device, OptimizerOptions options,
        Func<IBackend, Slice<float>, Slice<float>, Slice<float>, Slice<float>, Action> bind,
            Func<double, double[], float[], double[]> reference)
    {
        const int steps = 10;
        IBackend backend = TestDevices.Open(device);
        foreach (int count in TestDevices.Bearable(device, Lengths))
        {
            float[] start = Samples.Floats(count, 1);
            float[][] given = [
                .. Enumerable.Range(0, steps)
                .Select(t =>
                    (float[])[
                        .. Samples.Floats(count, 100 + t)
                        .Select((x, i) => i % 5 == 0 ? 0f : i % 5 == 1 ? 1e-4f * x : x)])];
            double[] theta = [.. start], state = [], moved = new double[count];
            for (int t = 0; t < steps; t++)
            {
                double[] before = [.. theta];
                state = reference((float)options.LearningRate * (options.Decay?.FactorAfter(t) ?? 1), theta, given[t]);
                for (int i = 0; i < count; i++)
                    moved[i] += Math.Abs(theta[i] - before[i]);
            }

            using OperationHarness harness = new(backend, $"{device}: {count} {options}");
            Slice<uint> step = harness.InOut([1u]);
            Slice<float> coefficients = harness.Output(2), parameters = harness.InOut(start),
                gradients = harness.InOut(new float[count]), kept = harness.InOut(new float[count]);
            Action advance = Clocks.AdvanceStep(
                backend, harness, new(options.LearningRate, 0, 0) { Decay = options.Decay }, step, coefficients);
            Action update = bind(backend, coefficients, parameters, gradients, kept);
            // Each step rounds θ to half a unit of its size, here below 2, and is itself wrong by a few units of its
            // own. What is kept decays, so that its error is that of a few steps; a momentum's terms cancel, a mean
            // square's do not.
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
                (parameters, new(theta, [.. moved.Select(way => (steps * 1.2e-7) + (2e-6 * way))])),
                (kept, Expected.Within(state, 1e-6, options is SgdOptions ? 1e-6 : 1e-20)));
        }
    }
}
