using System.Numerics;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// Shuffles, gathers, mirrors and decodes in one launch: y[r, i] = value i of sample
/// <see cref="DataOrder.ImageAt(uint, int)"/> (step, r) of a data set [count, sampleSize], or of the staged sample of
/// that row (see <see cref="BatchForm"/>). Overwrites y [batchSize, sampleSize].
/// </summary>
internal sealed class BatchGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static BatchGpu Of(IGpu gpu) => gpu.Kernels(static g => new BatchGpu(g.Loader));

    /// <summary>
    /// 2^laneBits threads a row: a whole group for a long sample; for short samples a group takes as many rows as fit.
    /// Every thread finds the row's sample by itself, which is cheaper than a barrier.
    /// </summary>
    public static void BatchKernel<TDecoder>(
        DataOrder order, int sampleSize, int laneBits, BatchForm form, ArrayView<uint> step,
        ArrayView<byte> dataSet, ArrayView<float> y)
        where TDecoder : unmanaged, ISampleDecoder
    {
        int lanes = 1 << laneBits, lane = Group.IdxX & (lanes - 1),
            row = Grid.IdxX * (Group.DimX >> laneBits) + (Group.IdxX >> laneBits);
        if (row >= order.BatchSize)
            return;
        uint now = step[0];
        int sample = form.StagedBatches > 0
            ? ((int)((now - 1) % (uint)form.StagedBatches) * order.BatchSize) + row
            : DataOrder.ImageAt(order.Count, order.BatchSize, order.Seed, now, row);
        long source = (long)sample * sampleSize;
        int target = row * sampleSize;
        if (form.FlipWidth > 0 && HorizontalFlip.Decide(order.Seed, now, row))
        {
            uint channels = (uint)form.Channels, line = (uint)form.FlipWidth * channels;
            for (int i = lane; i < sampleSize; i += lanes)
            {
                // A value at x in a line, less its position in the pixel, moves to the same distance before the line's
                // last pixel.
                uint x = (uint)i % line;
                long mirrored = source + i + (int)(line - channels) - (2 * (int)(x - (x % channels)));
                y[target + i] = default(TDecoder).Decode(dataSet, mirrored);
            }
        }
        else
        {
            for (int i = lane; i < sampleSize; i += lanes)
                y[target + i] = default(TDecoder).Decode(dataSet, source + i);
        }
    }

    public Action Bind(
        AcceleratorStream stream, DataOrder order, int sampleSize, BatchForm form, ArrayView<uint> step,
        ArrayView<byte> dataSet, ArrayView<float> y) => form.Decoding switch
        {
            SampleDecoding.Bytes => Bind<ByteDecoder>(stream, order, sampleSize, form, step, dataSet, y),
            SampleDecoding.Floats => Bind<FloatDecoder>(stream, order, sampleSize, form, step, dataSet, y),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form.Decoding, "This decoding has no kernel."),
        };

    private Action Bind<TDecoder>(
        AcceleratorStream stream, DataOrder order, int sampleSize, BatchForm form, ArrayView<uint> step,
        ArrayView<byte> dataSet, ArrayView<float> y)
        where TDecoder : unmanaged, ISampleDecoder
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, DataOrder, int, int, BatchForm,
            ArrayView<uint>, ArrayView<byte>, ArrayView<float>>>(BatchKernel<TDecoder>);
        int group = loader.LargestPowerOfTwoGroup(loader.ElementwiseGroup);
        int lanes = (int)Math.Min((uint)group, BitOperations.RoundUpToPowerOf2((uint)sampleSize)),
            laneBits = BitOperations.Log2((uint)lanes), rows = group / lanes;
        KernelConfig config = new((order.BatchSize + rows - 1) / rows, group);
        return () => launch(stream, config, order, sampleSize, laneBits, form, step, dataSet, y);
    }
}
