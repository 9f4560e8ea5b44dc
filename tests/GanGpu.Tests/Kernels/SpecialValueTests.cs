using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>Numbers at the ends of the scale, and those that are none: a run that goes wrong has to show it.</summary>
[Collection(TestDevices.Collection)]
public class SpecialValueTests
{
    /// <summary>Twice over, so that each value meets the vectorised loop and the rest behind it.</summary>
    private static readonly float[] Extremes = [.. Enumerable.Repeat((float[])
    [
        0f, 1e-30f, -1e-30f, 1e-7f, -1e-7f, 1e-3f, -1e-3f, 0.5f, -0.5f, 0.625f, 9f, -9f, 17f, -17f, 80f, -80f, 100f,
            -100f, 1e4f, -1e4f, 1e30f, -1e30f,
        float.PositiveInfinity, float.NegativeInfinity,
    ], 2).SelectMany(values => values)];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Activations_at_the_ends_of_the_scale(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (Activation activation in ReferenceActivation.All)
        {
            using OperationHarness harness = new(backend, $"{device}: Activate {activation} of extremes");
            Slice<float> y = harness.Output(Extremes.Length);
            // A few units of the last place, relative also where the result is small; below 1e-37 floats lose digits.
            harness.Check(
                backend.Bind(new ActivateLaunch(activation, harness.Input(Extremes), y)),
                (y, Expected.Within([.. Extremes.Select(x => ReferenceActivation.Apply(activation, x))], 6e-7, 1e-37)));
        }
    }

    /// <summary>ReLU too: a maximum that prefers the number would hide that a run has gone wrong.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_number_that_is_none_goes_through_an_activation(string device)
    {
        IBackend backend = TestDevices.Open(device);
        float[] x = Samples.Floats(35, 1);
        x[3] = x[34] = float.NaN;
        foreach (Activation activation in ReferenceActivation.All)
        {
            using OperationHarness harness = new(backend, $"{device}: Activate {activation} of NaN");
            Slice<float> y = harness.Output(x.Length);
            harness.Check(
                backend.Bind(new ActivateLaunch(activation, harness.Input(x), y)),
                (y, Expected.Within([.. x.Select(value => ReferenceActivation.Apply(activation, value))], 6e-7)));
        }
    }

    /// <summary>f' at the outputs where its formula changes or vanishes.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Activation_gradients_at_the_turning_points(string device)
    {
        IBackend backend = TestDevices.Open(device);
        float[] y = [
            .. Enumerable.Repeat((float[])[0f, -0f, 1f, -1f, 1e-30f, -1e-30f, 0.5f, 0.99999994f], 5)
            .SelectMany(values => values)], dy = Samples.Floats(y.Length, 1);
        foreach (Activation activation in ReferenceActivation.All)
        {
            using OperationHarness harness =
                new(backend, $"{device}: ActivationGradient {activation} at its turning points");
            Slice<float> dx = harness.Output(y.Length);
            harness.Check(
                backend.Bind(new ActivationGradientLaunch(activation, harness.Input(dy), harness.Input(y), dx)),
                (dx, Expected.Within(
                    [.. dy.Zip(y, (v, value) => v * ReferenceActivation.Derivative(activation, value))], 3e-7, 1e-7)));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_gradient_that_is_none_shows_in_its_parameter_and_no_other(string device)
    {
        IBackend backend = TestDevices.Open(device);
        const int count = 35, bad = 33;
        float[] g = Samples.Floats(count, 1), theta = Samples.Floats(count, 2);
        g[bad] = float.NaN;
        using OperationHarness harness = new(backend, $"{device}: Adam with a NaN");
        Slice<float> parameters = harness.InOut(theta), m = harness.InOut(new float[count]),
            v = harness.InOut(new float[count]);
        harness.Run(
            backend.Bind(new AdamLaunch(new(), harness.Input([1e-3f, 30f]), parameters, harness.Input(g), m, v)));
        foreach (Slice<float> written in new[] { parameters, m, v })
            Assert.Equal(
                [bad], OperationHarness.Read(written).Index().Where(pair => !float.IsFinite(pair.Item))
                .Select(pair => pair.Index));
    }

    /// <summary>
    /// Large gradients whose squares are still floats, and tiny ones whose squares are not: both steps are finite.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Adam_steps_by_large_and_tiny_gradients(string device)
    {
        IBackend backend = TestDevices.Open(device);
        float[] g = [1e18f, -1e18f, 1e-18f, -1e-18f, 1e-25f, 1e-38f, 0f, 1f];
        AdamOptions options = new(1e-3);
        ReferenceAdam reference = new(options, new float[g.Length], 0);
        reference.Step(g);
        using OperationHarness harness = new(backend, $"{device}: Adam by extremes");
        Slice<uint> step = harness.InOut([1u]);
        Slice<float> parameters = harness.InOut(new float[g.Length]), coefficients = harness.Output(2);
        Action advance = Clocks.AdvanceStep(backend, harness, options, step, coefficients);
        Action update = backend.Bind(
            new AdamLaunch(
                options, coefficients, parameters, harness.Input(g), harness.InOut(new float[g.Length]),
                harness.InOut(new float[g.Length])));
        // The roundings of two coefficients, two moments, a root and a division; 1e-20 where squares sink below the
        // floats.
        harness.Check(() => { advance(); update(); }, (parameters, Expected.Within(reference.Parameters, 2e-6, 1e-20)));
    }
}
