using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// Shuffle and gather: y[r, i] = value i of sample <see cref="DataOrder.ImageAt(uint, int)"/>(step, r) of a data set of
/// numbers [count, sampleSize], or of its place among staged ones (see <see cref="BatchForm.StagedBatches"/>). Overwrites
/// y [batchSize, sampleSize].
/// </summary>
internal sealed class BatchValuesGpu(KernelLoader loader)
{
    /// <summary>Those of a device.</summary>
    public static BatchValuesGpu Of(IGpu gpu) => gpu.Kernels(static g => new BatchValuesGpu(g.Loader));

    /// <summary>
    /// A thread an element: samples may be as short as two numbers. Each works out its row's sample itself.
    /// </summary>
    public static void BatchValuesKernel(
        int count, int batchSize, int sampleSize, int stagedSteps, ulong seed, ArrayView<uint> step,
        ArrayView<float> dataSet, ArrayView<float> y)
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= batchSize * sampleSize)
            return;
        int row = i / sampleSize;
        uint now = step[0];
        int sample = stagedSteps > 0
            ? ((int)((now - 1) % (uint)stagedSteps) * batchSize) + row
            : DataOrder.ImageAt(count, batchSize, seed, now, row);
        y[i] = dataSet[((long)sample * sampleSize) + (i - (row * sampleSize))];
    }

    public Action Bind(
        AcceleratorStream stream, DataOrder order, int sampleSize, int stagedSteps, ArrayView<uint> step,
        ArrayView<float> dataSet, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, int, ulong, ArrayView<uint>,
            ArrayView<float>, ArrayView<float>>>(BatchValuesKernel);
        int count = order.Count, batchSize = order.BatchSize, group = loader.ElementwiseGroup;
        ulong seed = order.Seed;
        KernelConfig config = new(((batchSize * sampleSize) + group - 1) / group, group);
        return () => launch(stream, config, count, batchSize, sampleSize, stagedSteps, seed, step, dataSet, y);
    }
}
