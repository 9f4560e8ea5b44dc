using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class AugmentTests
{
    private const Augmentation All = Augmentation.Color | Augmentation.Translation | Augmentation.Cutout;

    private const ulong Seed = 0xFEDCBA9876543210;

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<AugmentLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Map_linear_part_and_transpose(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (Augmentation kinds in TestDevices.Bearable(
            device, [
                All, Augmentation.None, Augmentation.Brightness, Augmentation.Saturation, Augmentation.Contrast,
                Augmentation.Translation, Augmentation.Cutout], 2))
        {
            foreach (
                (int rows, int height, int width, int channels) in TestDevices.Bearable(
                    device, [(1, 1, 1, 1), (3, 8, 5, 1), (5, 7, 9, 3), (2, 12, 12, 4)], 2))
            {
                for (int adjoint = 0; adjoint < 3; adjoint++)
                {
                    AugmentShape shape = new(rows, height, width, channels, (int)kinds, adjoint);
                    float[] x = Samples.Floats(rows * shape.Length, 1);
                    double[] expected =
                        ReferenceAugment.Apply(shape, Seed, 9, 5, Array.ConvertAll(x, value => (double)value));
                    using OperationHarness harness = new(backend, $"{device}: {shape}");
                    Slice<float> y = harness.Output(x.Length);
                    // Values below 1 around means of a sample, each rounded once or twice.
                    harness.Check(
                        backend.Bind(new AugmentLaunch(shape, Seed, 9, harness.Input([5u]), harness.Input(x), y)),
                        (y, Expected.Within(expected, 3e-7, 6e-7)));
                }
            }
        }
    }

    [Fact]
    public void Draws_fill_their_ranges()
    {
        AugmentShape shape = new(1, 32, 24, 3, (int)All, 0);
        AugmentDraw[] draws = [.. Enumerable.Range(0, 20_000).Select(row => AugmentDraw.Of(shape, Seed, 9, 3, row))];
        // Means of uniform numbers from 20,000 draws: five standard errors of widths 1, 2 and 1.
        Assert.Equal(0, draws.Average(draw => draw.Brightness), 0.011);
        Assert.Equal(1, draws.Average(draw => draw.Saturation), 0.021);
        Assert.Equal(1, draws.Average(draw => draw.Contrast), 0.011);
        Assert.All(draws, draw =>
        {
            Assert.InRange(draw.Brightness, -0.5f, 0.5f);
            Assert.InRange(draw.Saturation, 0f, 2f);
            Assert.InRange(draw.Contrast, 0.5f, 1.5f);
            Assert.Equal((16, 12), (draw.CutBottom - draw.CutTop, draw.CutRight - draw.CutLeft));
        });
        Assert.Equal(Enumerable.Range(-4, 9), draws.Select(draw => draw.MoveY).Distinct().Order());
        Assert.Equal(Enumerable.Range(-3, 7), draws.Select(draw => draw.MoveX).Distinct().Order());
        Assert.Equal(Enumerable.Range(-8, 33), draws.Select(draw => draw.CutTop).Distinct().Order());
        Assert.Equal(Enumerable.Range(-6, 25), draws.Select(draw => draw.CutLeft).Distinct().Order());
    }
}
