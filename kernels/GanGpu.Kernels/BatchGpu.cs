using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// Shuffle, gather and scale in one: y[r, i] = byte / 127.5 − 1 of image <see cref="DataOrder.ImageAt(uint, int)"/>(step, r)
/// of a byte data set [count, sampleSize]. Overwrites y [batchSize, sampleSize].
/// </summary>
internal sealed class BatchGpu(KernelLoader loader)
{
    /// <summary>One group per row. Every thread works out the row's image itself: that is cheaper than a barrier.</summary>
    public static void BatchKernel(int count, int batchSize, int sampleSize, ulong seed, ArrayView<uint> step, ArrayView<byte> dataSet, ArrayView<float> y)
    {
        int row = Grid.IdxX;
        long source = (long)DataOrder.ImageAt(count, batchSize, seed, step[0], row) * sampleSize;
        int target = row * sampleSize;
        for (int i = Group.IdxX; i < sampleSize; i += Group.DimX)
            // The difference is exact and rounding happens once: the same bits on every device.
            y[target + i] = (dataSet[source + i] - 127.5f) * (1f / 127.5f);
    }

    public Action Bind(AcceleratorStream stream, DataOrder order, int sampleSize, ArrayView<uint> step, ArrayView<byte> dataSet, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ulong, ArrayView<uint>, ArrayView<byte>, ArrayView<float>>>(BatchKernel);
        int count = order.Count, batchSize = order.BatchSize;
        ulong seed = order.Seed;
        KernelConfig config = new(batchSize, loader.ElementwiseGroup);
        return () => launch(stream, config, count, batchSize, sampleSize, seed, step, dataSet, y);
    }
}
