using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class GradientNormTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>Lengths of one part and of several, of whole groups and not; limits above and below the norm.</summary>
    [Tests<GradientNormLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Gradients_are_scaled_to_the_limit(string device)
    {
        int[] lengths = TestDevices.IsInterpreted(device) ? [1, 3, 129, 2049]
            : [1, 2, 3, 31, 33, 127, 1025, 2048, 2049, 4097, 20_001, 600_001];
        IBackend backend = TestDevices.Open(device);
        foreach (int length in lengths)
        {
            float[] g = [.. Samples.Floats(length, length).Select((x, i) => i % 3 == 0 ? 1e-3f * x : x)];
            double norm = Math.Sqrt(g.Sum(x => (double)x * x));
            foreach (double part in new[] { 0.1, 0.999, 1.001, 10 })
            {
                float limit = (float)(part * norm);
                using OperationHarness harness = new(backend, $"{device}: norm of {length} held to {limit}");
                Slice<float> gradients = harness.InOut(g), measured = harness.Output(1);
                double factor = Math.Min(1, limit / (norm + 1e-6));
                // A float sum of positive terms, a thread's share of them at most 256 long: half a unit for each and
                // for the tree's levels.
                double relative = 6e-8 * Math.Min(length, 300) / 2;
                harness.Check(
                    backend.Bind(new GradientNormLaunch(limit, gradients, measured)),
                    (measured, Expected.Within([norm], 2e-7 + relative)),
                    (gradients, Expected.Within([.. g.Select(x => x * factor)], factor < 1 ? 3e-7 + relative : 0)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void An_infinite_limit_only_measures(string device)
    {
        using OperationHarness harness = new(TestDevices.Open(device), $"{device}: norm without a limit");
        float[] g = [3f, 0f, -4f];
        Slice<float> gradients = harness.InOut(g), norm = harness.Output(1);
        harness.Check(
            TestDevices.Open(device).Bind(new GradientNormLaunch(float.PositiveInfinity, gradients, norm)),
            (norm, Expected.Within([5], 1e-7)), (gradients, Expected.Within([3, 0, -4], 0)));
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void No_gradients_and_gradients_that_are_none(string device)
    {
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: norm of nothing");
        Slice<float> zeros = harness.InOut(new float[5]), ofZeros = harness.Output(1),
            broken = harness.InOut([1f, float.NaN, 2f]), ofBroken = harness.Output(1);
        harness.Check(
            backend.Bind(new GradientNormLaunch(1f, zeros, ofZeros)), (ofZeros, Expected.Within([0], 0)),
            (zeros, Expected.Within(new double[5], 0)));
        harness.Run(backend.Bind(new GradientNormLaunch(1f, broken, ofBroken)));
        Assert.True(float.IsNaN(OperationHarness.Read(ofBroken)[0]));
    }

    [Fact]
    public void A_limit_that_is_none_is_refused()
    {
        using OperationHarness harness = new(TestDevices.Open("cpu"), "norm");
        foreach (float limit in new[] { 0f, -1f, float.NaN })
            Assert.Throws<ArgumentException>(
                () => TestDevices.Open("cpu")
                .Bind(new GradientNormLaunch(limit, harness.InOut([1f]), harness.Output(1))));
    }
}
