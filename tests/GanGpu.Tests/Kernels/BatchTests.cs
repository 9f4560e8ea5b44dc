using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class BatchTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<BatchLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Rows_are_the_images_of_the_order_scaled(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (int count, int batch, int size) in new[] {
                (1, 1, 1), (5, 2, 3), (7, 7, 16), (33, 4, 31), (100, 10, 65), (260, 64, 17) })
        {
            byte[] data = new byte[count * size];
            new Random(count).NextBytes(data);
            // Every value of a byte at least once, where there is room.
            for (int i = 0; i < Math.Min(256, data.Length); i++)
                data[i] = (byte)i;
            DataOrder order = new(count, batch, 9);
            foreach (uint step in new[] { 1u, 2u, (uint)(3 * order.StepsPerEpoch) + 1 })
            {
                using OperationHarness harness =
                    new(backend, $"{device}: Batch of {batch} from {count} at step {step}");
                Slice<float> y = harness.Output(batch * size);
                double[] expected = [
                    .. Enumerable.Range(0, batch * size)
                    .Select(i => (data[(order.ImageAt(step, i / size) * size) + (i % size)] / 127.5) - 1.0)];
                harness.Check(
                    backend.Bind(new BatchLaunch(order, size, harness.Input([step]), harness.Input(data), y)),
                    (y, Expected.Within(expected, 0, 1.5e-7)));
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(7, 7)]
    [InlineData(100, 7)]
    [InlineData(1000, 64)]
    [InlineData(1025, 5)]
    public void An_epoch_shows_no_image_twice_and_leaves_out_less_than_a_batch(int count, int batch)
    {
        DataOrder order = new(count, batch, 3);
        for (uint epoch = 0; epoch < 3; epoch++)
        {
            int[] images = [.. Epoch(order, epoch)];
            Assert.Equal(count / batch * batch, images.Length);
            Assert.Equal(images.Length, images.Distinct().Count());
            Assert.All(images, image => Assert.InRange(image, 0, count - 1));
        }
    }

    [Fact]
    public void Orders_differ_by_epoch_and_seed_and_look_random()
    {
        const int count = 4096;
        int[] first = [.. Epoch(new DataOrder(count, 64, 1), 0)], second = [.. Epoch(new DataOrder(count, 64, 1), 1)],
            other = [.. Epoch(new DataOrder(count, 64, 2), 0)];
        Assert.Equal(first, Epoch(new DataOrder(count, 64, 1), 0));
        foreach (
            (int[] a, int[] b) in new[] { (first, second), (first, other), (first, [.. Enumerable.Range(0, count)]) })
        {
            // A random permutation keeps one image in its place on average, and moves each by a third of the set.
            Assert.InRange(a.Zip(b, (x, y) => x == y).Count(same => same), 0, 8);
            Assert.InRange(a.Zip(b, (x, y) => Math.Abs(x - y)).Average(), count * 0.31, count * 0.36);
        }

        // Neighbours must not keep a distance: no difference between consecutive images is frequent.
        Assert.InRange(
            first.Zip(first.Skip(1), (x, y) => (y - x + count) % count).GroupBy(step => step)
            .Max(group => group.Count()), 1, 12);
        // The halves of an epoch hold as many images of each half of the set.
        Assert.InRange(first.Take(count / 2).Count(image => image < count / 2), (count / 4) - 110, (count / 4) + 110);
    }

    private static IEnumerable<int> Epoch(DataOrder order, uint epoch) =>
        from step in Enumerable.Range(1, order.StepsPerEpoch)
        from row in Enumerable.Range(0, order.BatchSize)
        select order.ImageAt((epoch * (uint)order.StepsPerEpoch) + (uint)step, row);
}
