using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Batches that are mirrored by chance, or come from staged images: to the bit, so that all devices agree.
/// </summary>
[Collection(TestDevices.Collection)]
public class BatchFormTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>
    /// Lines shorter than a vector, as long, longer, longer than the room for mirroring; pixels that divide a vector,
    /// do not, exceed it.
    /// </summary>
    private static readonly (int Height, int Width, int Channels)[] Samples =
        [(1, 1, 1), (3, 2, 1), (5, 5, 3), (4, 16, 1), (28, 28, 1), (2, 31, 1), (9, 6, 3), (7, 33, 3), (3, 11, 4),
            (3, 9, 5), (2, 5, 7), (2, 4, 16), (2, 3, 17), (3, 5, 40), (1, 4099, 1), (2, 1400, 3)];

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Mirrored_batches_have_the_bits_of_the_plain_reference(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int height, int width, int channels) in Samples)
        {
            DataOrder order = new(21, 10, 0x1234_5678_9ABC_DEF0);
            int size = height * width * channels;
            byte[] data = Bytes(order.Count * size);
            foreach (uint step in new[] { 1u, 6u })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: mirrored Batch of {height}x{width}x{channels} at step {step}");
                Slice<float> y = harness.Output(order.BatchSize * size);
                Action action = backend.Bind(
                    new BatchLaunch(
                        order, size, harness.Input([step]), harness.Input(data), y,
                        new() { FlipWidth = width, Channels = channels }));
                Assert.Equal(
                    2, Enumerable.Range(0, order.BatchSize).Select(row => HorizontalFlip.Decide(order.Seed, step, row))
                    .Distinct().Count());
                harness.Check(
                    action, (
                        y, Reference(
                            order, step, size, width, channels, row =>
                            data.AsSpan(order.ImageAt(step, row) * size, size))));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Plain_batches_have_the_bits_of_the_plain_reference(string device)
    {
        IBackend backend = TestDevices.Open(device);
        DataOrder order = new(100, 9, 5);
        byte[] data = Bytes(order.Count * 256);
        using OperationHarness harness = new(backend, $"{device}: plain Batch");
        Slice<float> y = harness.Output(order.BatchSize * 256);
        harness.Check(
            backend.Bind(new BatchLaunch(order, 256, harness.Input([34u]), harness.Input(data), y)),
            (y, Reference(order, 34, 256, 0, 0, row => data.AsSpan(order.ImageAt(34, row) * 256, 256))));
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Staged_images_are_read_in_turns(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int staged, int width) in new[] { (1, 0), (6, 0), (6, 7) })
        {
            const int size = 21;
            DataOrder order = new(1000, 5, 3);
            byte[] data = Bytes(staged * order.BatchSize * size);
            foreach (uint step in new[] { 1u, 6u, 7u, 11u, uint.MaxValue })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: Batch of {staged} staged steps at step {step}");
                Slice<float> y = harness.Output(order.BatchSize * size);
                Action action = backend.Bind(
                    new BatchLaunch(
                        order, size, harness.Input([step]), harness.Input(data), y,
                        new() { FlipWidth = width, Channels = 1, StagedBatches = staged }));
                int first = (int)((step - 1) % (uint)staged) * order.BatchSize;
                harness.Check(
                    action, (
                        y, Reference(order, step, size, width, 1, row => data.AsSpan((first + row) * size, size))));
            }
        }
    }

    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(-1, 1, 0)]
    [InlineData(5, 0, 0)]
    [InlineData(0, 0, 4)]
    [InlineData(0, 0, -1)]
    public void A_form_that_does_not_fit_the_samples_is_refused(int width, int channels, int staged)
    {
        IBackend backend = TestDevices.Open("cpu");
        using OperationHarness harness = new(backend, "Batch");
        Assert.Throws<ArgumentException>(() => backend.Bind(new BatchLaunch(
            new(10, 2, 1), 10, harness.Input([1u]), harness.Input(Bytes(100)), harness.Output(20), new()
            {
                FlipWidth = width,
                Channels = channels,
                StagedBatches = staged,
            })));
    }

    [Fact]
    public void Half_of_the_images_are_mirrored_whichever_way_they_are_counted()
    {
        const int count = 4000;
        double bound = 5 * Math.Sqrt(count) / 2;
        bool[][] series =
        [
            [.. Enumerable.Range(0, count).Select(row => HorizontalFlip.Decide(1, 1, row))],
            [.. Enumerable.Range(0, count).Select(row => HorizontalFlip.Decide(2, 1, row))],
            [.. Enumerable.Range(0, count).Select(row => HorizontalFlip.Decide(1, 2, row))],
            [.. Enumerable.Range(1, count).Select(step => HorizontalFlip.Decide(1, (uint)step, 0))],
            [.. Enumerable.Range(1, count).Select(step => HorizontalFlip.Decide(1, (uint)step, 1))],
        ];
        for (int i = 0; i < series.Length; i++)
        {
            Assert.InRange(series[i].Count(flip => flip), (count / 2) - bound, (count / 2) + bound);
            // Neighbours, and the other series, must be no help in guessing.
            Assert.InRange(
                series[i].Zip(series[i].Skip(1), (a, b) => a == b).Count(same => same), (count / 2) - bound,
                (count / 2) + bound);
            for (int j = 0; j < i; j++)
                Assert.InRange(
                    series[i].Zip(series[j], (a, b) => a == b).Count(same => same), (count / 2) - bound,
                    (count / 2) + bound);
        }
    }

    private static Expected Reference(DataOrder order, uint step, int size, int width, int channels, RowOf rowOf)
    {
        double[] y = new double[order.BatchSize * size];
        for (int row = 0; row < order.BatchSize; row++)
        {
            ReadOnlySpan<byte> image = rowOf(row);
            bool flip = width > 0 && HorizontalFlip.Decide(order.Seed, step, row);
            for (int i = 0; i < size; i++)
            {
                int from = i;
                if (flip)
                {
                    int channel = i % channels, column = i / channels % width, line = i / channels / width;
                    from = (((line * width) + (width - 1 - column)) * channels) + channel;
                }

                y[(row * size) + i] = (image[from] - 127.5f) * (1f / 127.5f);
            }
        }

        return Expected.Within(y, 0);
    }

    private delegate ReadOnlySpan<byte> RowOf(int row);

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
