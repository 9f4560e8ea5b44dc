using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Epoch after epoch as a device delivers it, and whether small sets are shuffled as fairly as large ones.
/// </summary>
[Collection(TestDevices.Collection)]
public class BatchEpochTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Each_epoch_shows_each_image_at_most_once_in_another_order(string device)
    {
        foreach (
            (int count, int batch) in TestDevices.Bearable(device, [(1, 1), (13, 13), (13, 4), (64, 16), (301, 25)]))
        {
            int[][] epochs = [.. Enumerable.Range(0, 3).Select(epoch => Epoch(device, count, batch, seed: 1, epoch))];
            foreach (int[] epoch in epochs)
            {
                Assert.Equal(count / batch * batch, epoch.Length);
                Assert.Equal(epoch.Length, epoch.Distinct().Count());
            }

            Assert.Equal(epochs[1], Epoch(device, count, batch, seed: 1, 1));
            if (count == 1)
                continue;
            Assert.NotEqual(epochs[0], epochs[1]);
            Assert.NotEqual(epochs[1], epochs[2]);
            Assert.NotEqual(epochs[0], Epoch(device, count, batch, seed: 2, 0));
        }
    }

    /// <summary>Many images and many steps: numbers that do not fit sixteen bits, or a signed word.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Large_sets_and_late_steps(string device)
    {
        const int count = 200_003, batch = 33;
        byte[] data = new byte[count];
        new Random(1).NextBytes(data);
        DataOrder order = new(count, batch, ulong.MaxValue);
        IBackend backend = TestDevices.Open(device);
        foreach (
            uint step in new[] {
                1u, (uint)order.StepsPerEpoch, (uint)order.StepsPerEpoch + 1, 3_000_000_000u, uint.MaxValue })
        {
            using OperationHarness harness = new(backend, $"{device}: Batch {step} of {count}");
            Slice<float> y = harness.Output(batch);
            double[] expected =
                [.. Enumerable.Range(0, batch).Select(row => (data[order.ImageAt(step, row)] / 127.5) - 1)];
            harness.Check(
                backend.Bind(new BatchLaunch(order, 1, harness.Input([step]), harness.Input(data), y)),
                (y, Expected.Within(expected, 0, 1.5e-7)));
        }
    }

    /// <summary>
    /// An order of few images takes few bits of its cipher: each image must still be as frequent in each place.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(33)]
    public void Every_image_is_as_frequent_in_every_place(int count)
    {
        // For permutations the sum over all cells is count / (count − 1) times a χ² of f = (count − 1)² degrees of
        // freedom, whose mean is f and deviation √(2f). Five deviations.
        int[] seen = PlacesOfImages(count);
        double mean = seen.Average(), chi = seen.Sum(n => (n - mean) * (n - mean) / mean) * (count - 1) / count,
            freedom = (count - 1.0) * (count - 1.0);
        Assert.True(chi <= freedom + (5 * Math.Sqrt(2 * freedom)), $"χ² is {chi:F0} for {freedom} degrees of freedom.");
    }

    /// <summary>
    /// Sets of five to seven images walk cycles of a cipher of three bits, whose six rounds leave a bias of up to a
    /// fifth (measured over 20,000 epochs: 20, 10 and 9 %). It is pinned here so that it does not grow; twice the six
    /// rounds would remove it.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void The_known_bias_of_the_smallest_sets_is_no_greater_than_a_quarter(int count)
    {
        int[] seen = PlacesOfImages(count);
        Assert.InRange(seen.Max() / seen.Average(), 1, 1.25);
        Assert.InRange(seen.Min() / seen.Average(), 0.75, 1);
    }

    /// <summary>
    /// Pairs that follow each other: an order may be fair place by place and still a rotation or a mirror image.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    public void Every_image_follows_every_other_as_often(int count)
    {
        const int epochs = 6000;
        DataOrder order = new(count, 1, 34);
        int[] seen = new int[count];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            for (int place = 1; place < count; place++)
            {
                uint step = (uint)((epoch * count) + place + 1);
                seen[(order.ImageAt(step, 0) - order.ImageAt(step - 1, 0) + count) % count]++;
            }
        }

        Assert.Equal(0, seen[0]);
        // Differences of one epoch depend on each other a little: three times the deviations that independent ones
        // would need.
        double mean = epochs * (count - 1.0) / (count - 1.0),
            chi = seen.Skip(1).Sum(n => (n - mean) * (n - mean) / mean), freedom = count - 2;
        Assert.True(
            chi <= 3 * (freedom + (5 * Math.Sqrt(2 * freedom))), $"χ² is {chi:F0} for {freedom} degrees of freedom.");
    }

    /// <summary>How often each image was in each place over 6,000 epochs.</summary>
    private static int[] PlacesOfImages(int count)
    {
        DataOrder order = new(count, 1, 12);
        int[] seen = new int[count * count];
        for (int i = 0; i < 6000 * count; i++)
            seen[((i % count) * count) + order.ImageAt((uint)i + 1, 0)]++;
        return seen;
    }

    /// <summary>
    /// The images of one epoch, read back from batches whose images hold their own number in two bytes.
    /// </summary>
    private static int[] Epoch(string device, int count, int batch, ulong seed, int epoch)
    {
        IBackend backend = TestDevices.Open(device);
        DataOrder order = new(count, batch, seed);
        byte[] data = [.. Enumerable.Range(0, count).SelectMany(image => new[] { (byte)image, (byte)(image >> 8) })];
        using DeviceBuffer<uint> step = backend.Allocate<uint>(1);
        using DeviceBuffer<byte> dataSet = backend.Allocate<byte>(data.Length);
        using DeviceBuffer<float> y = backend.Allocate<float>(2 * batch);
        dataSet.CopyFrom(data);
        Action action = backend.Bind(new BatchLaunch(order, 2, step.All, dataSet.All, y.All));
        List<int> images = [];
        float[] rows = new float[2 * batch];
        for (int i = 1; i <= order.StepsPerEpoch; i++)
        {
            step.CopyFrom([(uint)((epoch * order.StepsPerEpoch) + i)]);
            action();
            y.CopyTo(rows);
            for (int row = 0; row < batch; row++)
                images.Add(Byte(rows[2 * row]) + (256 * Byte(rows[(2 * row) + 1])));
        }

        return [.. images];

        static int Byte(float value) => (int)Math.Round((value + 1) * 127.5);
    }
}
