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

    [Fact]
    public void Numbers_are_not_mirrored()
    {
        IBackend backend = TestDevices.Open("cpu");
        using OperationHarness harness = new(backend, "Batch of numbers");
        BatchForm form = new() { Decoding = SampleDecoding.Floats, FlipWidth = 2, Channels = 1 };
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => backend.Bind(
                new BatchLaunch(
                    new(10, 2, 1), 2, harness.Input([1u]), harness.Input(new byte[80]), harness.Output(4), form)));
        Assert.Contains("only pixels of bytes can be mirrored", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
