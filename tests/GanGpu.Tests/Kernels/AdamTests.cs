using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class AdamTests
{
    private static readonly AdamOptions[] Options = [new(), new(1e-3, 0.5, 0.99, 1e-6), new(1e-2, 0, 0.9, 1e-8)];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<AdamLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void One_update(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (AdamOptions options in Options)
        {
            foreach (int count in new[] { 1, 2, 3, 15, 17, 64, 127, 1025, 20_001 })
            {
                float[] theta = Samples.Floats(count, 1),
                    g = [.. Samples.Floats(count, 2).Select((x, i) => i % 5 == 0 ? 0f : i % 5 == 1 ? 1e-6f * x : x)];
                float[] m = [.. Samples.Floats(count, 3).Select(x => 0.1f * x)],
                    v = [.. Samples.Floats(count, 4).Select((x, i) => i % 7 == 0 ? 0f : x * x)];
                float[] coefficients = [2.5e-3f, 1.7f];
                double[] m1 = new double[count], v1 = new double[count], theta1 = new double[count];
                for (int i = 0; i < count; i++)
                {
                    m1[i] = (options.Beta1 * m[i]) + ((1 - options.Beta1) * g[i]);
                    v1[i] = (options.Beta2 * v[i]) + ((1 - options.Beta2) * g[i] * g[i]);
                    theta1[i] = theta[i]
                        - (coefficients[0] * m1[i] / ((Math.Sqrt(v1[i]) * coefficients[1]) + options.Epsilon));
                }

                using OperationHarness harness = new(backend, $"{device}: Adam {count} {options}");
                Slice<float> parameters = harness.InOut(theta), first = harness.InOut(m), second = harness.InOut(v);
                Action update = backend.Bind(
                    new AdamLaunch(options, harness.Input(coefficients), parameters, harness.Input(g), first, second));
                // β1·m and (1−β1)·g may cancel: an absolute error of their roundings. The step's own error scales with
                // the step.
                harness.Check(
                    update,
                    (first, Expected.Within(m1, 2e-7, 2e-8)),
                    (second, Expected.Within(v1, 4e-7, 1e-20)),
                    (parameters,
                        new(theta1,
                            [.. theta1.Select(
                                (x, i) => (1.2e-7 * Math.Abs(x)) + (2e-6 * Math.Abs(x - theta[i]))
                                + (coefficients[0] * 2e-8
                                    / ((Math.Sqrt(v1[i]) * coefficients[1]) + options.Epsilon)))])));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_parameter_without_gradient_stays(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: Adam without gradient");
        Slice<float> parameters = harness.InOut([1.5f, 0f]), m = harness.InOut([0f, 0f]), v = harness.InOut([0f, 0f]);
        harness.Check(
            backend.Bind(
                new AdamLaunch(new AdamOptions(), harness.Input([1f, 30f]), parameters, harness.Input([0f, 0f]), m, v)),
            (parameters, new([1.5, 0], [0, 0])), (m, new([0, 0], [0, 0])), (v, new([0, 0], [0, 0])));
    }
}
