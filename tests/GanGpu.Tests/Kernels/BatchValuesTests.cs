using System.Runtime.InteropServices;
using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>Batches of numbers are copies: to the bit, on every device.</summary>
[Collection(TestDevices.Collection)]
public class BatchValuesTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<BatchLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Rows_are_the_samples_of_the_order(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (int count, int batch, int size) in new[] {
                (1, 1, 1), (5, 2, 3), (7, 7, 2), (33, 4, 31), (100, 10, 65), (260, 129, 2), (12, 3, 1025) })
        {
            float[] data = Samples.Floats(count * size, seed: count);
            DataOrder order = new(count, batch, 9);
            foreach (uint step in new[] { 1u, 2u, (uint)(3 * order.StepsPerEpoch) + 1 })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: Batch of numbers, {batch} from {count} of {size} at step {step}");
                Slice<float> y = harness.Output(batch * size);
                double[] expected = [
                    .. Enumerable.Range(0, batch * size)
                    .Select(i => (double)data[(order.ImageAt(step, i / size) * size) + (i % size)])];
                harness.Check(
                    backend.Bind(
                        new BatchLaunch(
                            order, size, harness.Input([step]), harness.Input(Bytes(data)), y,
                            new() { Decoding = SampleDecoding.Floats })),
                    (y, Expected.Within(expected, 0)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Staged_samples_are_read_in_turns(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (int staged in new[] { 1, 6 })
        {
            const int size = 3;
            DataOrder order = new(1000, 5, 3);
            float[] data = Samples.Floats(staged * order.BatchSize * size, seed: staged);
            foreach (uint step in new[] { 1u, 6u, 7u, 11u, uint.MaxValue })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: Batch of numbers, {staged} staged steps at step {step}");
                Slice<float> y = harness.Output(order.BatchSize * size);
                int first = (int)((step - 1) % (uint)staged) * order.BatchSize * size;
                harness.Check(
                    backend.Bind(
                        new BatchLaunch(
                            order, size, harness.Input([step]), harness.Input(Bytes(data)), y,
                            new() { Decoding = SampleDecoding.Floats, StagedBatches = staged })),
                    (y, Expected.Within(
                        [.. data.AsSpan(first, y.Length).ToArray().Select(value => (double)value)], 0)));
            }
        }
    }

    [Theory]
    [InlineData(40, 0)]
    [InlineData(80, -1)]
    [InlineData(80, 3)]
    public void Numbers_that_do_not_fit_the_batch_are_refused(int bytes, int staged)
    {
        IBackend backend = TestDevices.Open("cpu");
        using OperationHarness harness = new(backend, "Batch of numbers");
        Assert.Throws<ArgumentException>(
            () => backend.Bind(
                new BatchLaunch(
                    new(10, 2, 1), 2, harness.Input([1u]), harness.Input(new byte[bytes]), harness.Output(4),
                    new() { Decoding = SampleDecoding.Floats, StagedBatches = staged })));
    }

    /// <summary>Images of numbers have the values of images of bytes, mirrored or not.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Pixels_of_numbers_are_mirrored_as_those_of_bytes_are(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int width, int channels) in new[] { (5, 1), (7, 3), (3, 20) })
        {
            DataOrder order = new(21, 10, 7);
            int size = 2 * width * channels;
            byte[] pixels = new byte[order.Count * size];
            new Random(1).NextBytes(pixels);
            float[] numbers = [.. pixels.Select(pixel => (pixel - 127.5f) * (1f / 127.5f))];
            using OperationHarness harness = new(backend, $"{device}: mirrored Batch of numbers, {width}x{channels}");
            double[] expected = new double[order.BatchSize * size];
            for (int row = 0; row < order.BatchSize; row++)
            {
                int image = order.ImageAt(3, row) * size;
                bool flip = HorizontalFlip.Decide(order.Seed, 3, row);
                for (int i = 0; i < size; i++)
                {
                    int pixel = i / channels, x = pixel % width;
                    expected[(row * size) + i] =
                        numbers[image + ((flip ? pixel - x + width - 1 - x : pixel) * channels) + (i % channels)];
                }
            }

            Slice<float> y = harness.Output(order.BatchSize * size);
            harness.Check(
                backend.Bind(
                    new BatchLaunch(
                        order, size, harness.Input([3u]), harness.Input(Bytes(numbers)), y,
                        new() { Decoding = SampleDecoding.Floats, FlipWidth = width, Channels = channels })),
                (y, Expected.Within(expected, 0)));
        }
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
