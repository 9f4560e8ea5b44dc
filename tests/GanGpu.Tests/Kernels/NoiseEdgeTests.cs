using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Noise where its formula has corners, and as it is used: step after step, from streams side by side.
/// </summary>
[Collection(TestDevices.Collection)]
public class NoiseEdgeTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>
    /// Steps found by search at which one of the first four words has the rare value: the smallest u₁ (the largest
    /// radius, where a 0 would give an infinity), u₁ = 1 (radius 0), and u₂ at no, one, two and three quarter turns and
    /// next to a whole one.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Words_at_the_corners_of_the_formula(string device)
    {
        const ulong seed = 0x0123_4567_89AB_CDEF;
        const uint stream = 5;
        IBackend backend = TestDevices.Open(device);
        (uint Step, int Word, uint Top)[] corners =
        [
            (1_200_210, 0, 0x000000), (4_998_679, 0, 0xFFFFFF), (9_840_314, 2, 0xFFFFFF), (5_569_200, 3, 0x000000),
                (28_084_961, 1, 0x000000), (4_753_342, 1, 0x400000),
            (10_987_242, 3, 0x400000), (2_085_350, 1, 0x800000), (2_127_344, 3, 0x800000), (7_379_224, 1, 0xC00000),
            (34_860_254, 3, 0xC00000), (393_182, 1, 0x200000), (1_109_923, 3, 0xFFFFFF),
        ];
        using OperationHarness harness = new(backend, $"{device}: Noise at the corners");
        Slice<uint> step = harness.InOut([1u]);
        Slice<float> y = harness.Output(4);
        Action action = backend.Bind(new NoiseLaunch(NoiseDistribution.Normal, seed, stream, step, y));
        foreach ((uint at, int word, uint top) in corners)
        {
            Assert.Equal(
                top, ReferencePhilox.Words([0, at, stream, 0], [unchecked((uint)seed), (uint)(seed >> 32)])[word] >> 8);
            double[] expected =
                [.. Enumerable.Range(0, 4).Select(i => ReferencePhilox.Element(seed, stream, at, i, normal: true))];
            // Two roundings of the radius and a unit of 1 of sine and cosine, times the radius of at most 5.8.
            harness.Check(
                () =>
                {
                    step.Buffer.CopyFrom([at], step.Offset);
                    action();
                },
                (y, Expected.Within(expected, 1e-6, 1e-6)));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Extreme_seeds_streams_and_steps(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (ulong seed, uint stream, uint step) in new[] {
                (0ul, 0u, 0u), (ulong.MaxValue, uint.MaxValue, uint.MaxValue), (1ul << 32, 1u << 16, 1u << 31),
                (uint.MaxValue, 1u, 1u) })
        {
            using OperationHarness harness =
                new(backend, $"{device}: Noise of seed {seed}, stream {stream}, step {step}");
            Slice<float> y = harness.Output(131);
            double[] expected = [
                .. Enumerable.Range(0, 131).Select(i => ReferencePhilox.Element(seed, stream, step, i, normal: false))];
            harness.Check(
                backend.Bind(new NoiseLaunch(NoiseDistribution.Uniform, seed, stream, harness.Input([step]), y)),
                (y, Expected.Within(expected, 0)));
        }
    }

    /// <summary>A longer tensor begins with the numbers of a shorter one, however the work is cut.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_number_does_not_depend_on_the_length(string device)
    {
        IBackend backend = TestDevices.Open(device);
        float[] longest = Draw(50_003);
        foreach (int length in new[] { 1, 6, 1021, 33_001 })
            Assert.True(
                longest.AsSpan(0, length).SequenceEqual(Draw(length)),
                $"{device}: the first {length} of 50,003 numbers are others when drawn alone.");

        float[] Draw(int length)
        {
            using OperationHarness harness = new(backend, "draw");
            Slice<float> y = harness.Output(length);
            harness.Run(backend.Bind(new NoiseLaunch(NoiseDistribution.Normal, 3, 4, harness.Input([5u]), y)));
            return OperationHarness.Read(y);
        }
    }

    /// <summary>
    /// What Box and Muller's pairs and Philox's neighbours could get wrong without any one number being wrong.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Neighbours_steps_and_streams_are_uncorrelated(string device)
    {
        const int count = 40_000;
        IBackend backend = TestDevices.Open(device);
        float[] first = Draw(1, 1), nextStep = Draw(2, 1), nextStream = Draw(1, 2);
        // The mean of n products of independent standard normal numbers has deviation 1/√n; five of them.
        double bound = 5 / Math.Sqrt(count);
        foreach (int lag in new[] { 1, 2, 3, 4, 100 })
            Assert.InRange(first.Zip(first.Skip(lag), (a, b) => (double)a * b).Average(), -bound, bound);
        Assert.InRange(first.Zip(nextStep, (a, b) => (double)a * b).Average(), -bound, bound);
        Assert.InRange(first.Zip(nextStream, (a, b) => (double)a * b).Average(), -bound, bound);
        // Third and fourth moments, with deviations √15 and √96 over √n.
        Assert.InRange(first.Average(x => Math.Pow(x, 3)), -4 * bound, 4 * bound);
        Assert.InRange(first.Average(x => Math.Pow(x, 4)), 3 - (10 * bound), 3 + (10 * bound));

        float[] Draw(uint step, uint stream)
        {
            using OperationHarness harness = new(backend, "draw");
            Slice<float> y = harness.Output(count);
            harness.Run(backend.Bind(new NoiseLaunch(NoiseDistribution.Normal, 9, stream, harness.Input([step]), y)));
            return OperationHarness.Read(y);
        }
    }
}
