using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using GanGpu.Kernels.Resampling;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class ResamplingTests
{
    private const ulong Seed = 0x0123_4567_89AB_CDEF;

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<SumPoolLaunch>]
    [Tests<UpsampleLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Blocks_of_pixels(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            ResamplingShape shape in new ResamplingShape[] {
                new(1, 1, 1, 1, 1), new(1, 1, 1, 3, 2), new(2, 3, 5, 1, 2), new(3, 2, 3, 33, 3), new(2, 4, 4, 127, 2),
                new(5, 7, 1, 16, 1) })
        {
            float[] small = Samples.Floats(shape.Small * shape.Channels, 1),
                large = Samples.Floats(shape.Large * shape.Channels, 2);
            double[] repeated = [.. large.Select((_, i) => -0.5 * small[ReferenceResampling.Small(shape, i)])],
                sums = new double[small.Length];
            for (int i = 0; i < large.Length; i++)
                sums[ReferenceResampling.Small(shape, i)] += 0.25 * large[i];
            using OperationHarness harness = new(backend, $"{device}: {shape}");
            Slice<float> up = harness.Output(large.Length), down = harness.Output(small.Length);
            Action repeat = backend.Bind(new UpsampleLaunch(shape, -0.5f, harness.Input(small), up)),
                sum = backend.Bind(new SumPoolLaunch(shape, 0.25f, harness.Input(large), down));
            // A sum of at most nine numbers below 1.
            harness.Check(
                () => { repeat(); sum(); }, (up, Expected.Within(repeated, 0)), (down, Expected.Within(sums, 0, 5e-7)));
        }
    }

    [Tests<DropoutMaskLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Masks_are_those_of_the_counter(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (int length, uint step, float keep) in new[] {
                (1, 1u, 0.5f), (3, 7u, 0.75f), (65, 2u, 0.1f), (1027, uint.MaxValue, 0.6f), (64, 3u, 1f) })
        {
            double[] expected = ReferenceResampling.Mask(length, keep, Seed, 5, step);
            using OperationHarness harness = new(backend, $"{device}: a mask of {length} at step {step}");
            Slice<float> y = harness.Output(length);
            harness.Check(
                backend.Bind(new DropoutMaskLaunch(keep, Seed, 5, harness.Input([step]), y)),
                (y, Expected.Within(expected, 1e-7)));
        }
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.2f)]
    public void A_mask_keeps_the_share_it_should(float keep)
    {
        double[] mask = ReferenceResampling.Mask(100_000, keep, Seed, 1, 1);
        // Five standard errors.
        double error = 5 * Math.Sqrt(keep * (1 - keep) / mask.Length);
        Assert.InRange(mask.Count(value => value > 0) / (double)mask.Length, keep - error, keep + error);
        Assert.InRange(mask.Average(), 1 - (error / keep), 1 + (error / keep));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void A_share_that_is_none_is_refused(float keep)
    {
        IBackend backend = TestDevices.Open("cpu");
        using DeviceBuffer<float> y = backend.Allocate<float>(4);
        using DeviceBuffer<uint> step = backend.Allocate<uint>(1);
        Assert.Throws<ArgumentException>(() => backend.Bind(new DropoutMaskLaunch(keep, 1, 1, step.All, y.All)));
    }
}
