using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// Shuffle, gather, mirror and scale in one: y[r, i] = byte / 127.5 − 1 of image
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step, r) of a byte data set [count, sampleSize], or of its place among
/// staged ones (see <see cref="BatchForm"/>). Overwrites y [batchSize, sampleSize].
/// </summary>
internal sealed class BatchGpu(KernelLoader loader)
{
    /// <summary>Those of a device.</summary>
    public static BatchGpu Of(IGpu gpu) => gpu.Kernels(static g => new BatchGpu(g.Loader));

    /// <summary>
    /// One group per row. Every thread works out the row's image itself: that is cheaper than a barrier.
    /// </summary>
    public static void BatchKernel(
        int count, int batchSize, int sampleSize, ulong seed, BatchForm form, ArrayView<uint> step,
        ArrayView<byte> dataSet, ArrayView<float> y)
    {
        int row = Grid.IdxX;
        uint now = step[0];
        int image = form.StagedBatches > 0
            ? ((int)((now - 1) % (uint)form.StagedBatches) * batchSize) + row
            : DataOrder.ImageAt(count, batchSize, seed, now, row);
        long source = (long)image * sampleSize;
        int target = row * sampleSize;
        if (form.FlipWidth > 0 && HorizontalFlip.Decide(seed, now, row))
        {
            uint channels = (uint)form.Channels, line = (uint)form.FlipWidth * channels;
            for (int i = Group.IdxX; i < sampleSize; i += Group.DimX)
            {
                // From x bytes into a line, less those into its pixel, to as many before the line's last pixel.
                uint x = (uint)i % line;
                y[target + i] = Scaled(dataSet[source + i + (int)(line - channels) - (2 * (int)(x - (x % channels)))]);
            }
        }
        else
        {
            for (int i = Group.IdxX; i < sampleSize; i += Group.DimX)
                y[target + i] = Scaled(dataSet[source + i]);
        }
    }

    public Action Bind(
        AcceleratorStream stream, DataOrder order, int sampleSize, BatchForm form, ArrayView<uint> step,
        ArrayView<byte> dataSet, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ulong, BatchForm,
            ArrayView<uint>, ArrayView<byte>, ArrayView<float>>>(BatchKernel);
        int count = order.Count, batchSize = order.BatchSize;
        ulong seed = order.Seed;
        KernelConfig config = new(batchSize, loader.ElementwiseGroup);
        return () => launch(stream, config, count, batchSize, sampleSize, seed, form, step, dataSet, y);
    }

    // The difference is exact and rounding happens once: the same bits on every device.
    private static float Scaled(byte value) => (value - 127.5f) * (1f / 127.5f);
}
