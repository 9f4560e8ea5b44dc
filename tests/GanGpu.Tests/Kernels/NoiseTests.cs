using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class NoiseTests
{
    private const ulong Seed = 0x0123_4567_89AB_CDEF;

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>The known answers of the authors' Random123 library, version 1.14.</summary>
    [Theory]
    [InlineData(
        0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x0000000000000000ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu,
        0x9b00dbd8u)]
    [InlineData(
        0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xfffffffffffffffful, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u,
        0x6d5451fdu)]
    [InlineData(
        0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u,
        0x24126ea1u)]
    public void Philox_gives_the_known_answers(
        uint c0, uint c1, uint c2, uint c3, ulong key, uint x, uint y, uint z, uint w)
    {
        Philox.Block block = Philox.Generate(key, c0, c1, c2, c3);
        Assert.Equal([x, y, z, w], [block.X, block.Y, block.Z, block.W]);
        Assert.Equal([x, y, z, w], ReferencePhilox.Words([c0, c1, c2, c3], [(uint)key, (uint)(key >> 32)]));
    }

    [Tests<NoiseLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Numbers_are_those_of_the_counter(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (NoiseDistribution distribution in Enum.GetValues<NoiseDistribution>())
        {
            foreach (
                (int length, uint step) in new[] {
                    (1, 1u), (2, 7u), (3, 1u), (5, 2u), (63, 1u), (64, 3u), (65, 1u), (1027, uint.MaxValue),
                    (6400, 12_345u) })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: Noise {distribution} {length} at step {step}");
                Slice<float> y = harness.Output(length);
                bool normal = distribution == NoiseDistribution.Normal;
                double[] expected =
                    [.. Enumerable.Range(0, length).Select(i => ReferencePhilox.Element(Seed, 5, step, i, normal))];
                // Uniform numbers are exact. Close to a quarter turn sine and cosine are small: an absolute error of
                // the radius' rounding.
                harness.Check(
                    backend.Bind(new NoiseLaunch(distribution, Seed, 5, harness.Input([step]), y)),
                    (y, normal ? Expected.Within(expected, 1e-6, 1e-6) : Expected.Within(expected, 0)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Normal_numbers_are_normal(string device)
    {
        const int count = 100_000;
        IBackend backend = TestDevices.Open(device);
        using DeviceBuffer<float> buffer = backend.Allocate<float>(count);
        using DeviceBuffer<uint> step = backend.Allocate<uint>(1);
        step.CopyFrom([1u]);
        backend.Bind(new NoiseLaunch(NoiseDistribution.Normal, 1, 2, step.All, buffer.All))();
        float[] x = new float[count];
        buffer.CopyTo(x);
        Array.Sort(x);
        double mean = x.Average(value => (double)value), variance = x.Average(value => (double)value * value);
        Assert.InRange(mean, -0.013, 0.013);
        Assert.InRange(variance, 0.98, 1.02);
        // Kolmogorov and Smirnov: above 1.95 / √n once in a thousand.
        double distance = Enumerable.Range(0, count).Max(i => Math.Abs(((i + 0.5) / count) - Cumulative(x[i])));
        Assert.True(distance < 1.95 / Math.Sqrt(count), $"The distribution is {distance} away from the normal one.");
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Another_step_stream_or_seed_gives_other_numbers(string device)
    {
        IBackend backend = TestDevices.Open(device);
        float[][] drawn = [Draw(1, 2, 1), Draw(2, 2, 1), Draw(1, 3, 1), Draw(1, 2, 2)];
        for (int i = 0; i < drawn.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.True(
                    drawn[i].Zip(drawn[j], (a, b) => a == b).Count(same => same) < 3, $"{i} and {j} share numbers.");
        }

        float[] Draw(ulong seed, uint stream, uint step)
        {
            using OperationHarness harness = new(backend, "draw");
            Slice<float> y = harness.Output(256);
            backend.Bind(
                new NoiseLaunch(NoiseDistribution.Uniform, seed, stream, WithValue(harness.Input([step]), step), y))();
            return OperationHarness.Read(y);
        }

        static Slice<uint> WithValue(Slice<uint> slice, uint value)
        {
            slice.Buffer.CopyFrom([value], slice.Offset);
            return slice;
        }
    }

    /// <summary>Φ by Simpson's rule, right to 1e-9 within six deviations.</summary>
    private static double Cumulative(double x)
    {
        const int intervals = 200;
        double h = x / intervals, sum = Density(0) + Density(x);
        for (int i = 1; i < intervals; i++)
            sum += (i % 2 == 0 ? 2 : 4) * Density(i * h);
        return 0.5 + (sum * h / 3);

        static double Density(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
    }
}
