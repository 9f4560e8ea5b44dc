using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The labels of a step's samples, as floats: those of the real batch, or random ones. One thread per row. Each
/// overwrites y.
/// </summary>
internal sealed class LabelsGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static LabelsGpu Of(IGpu gpu) => gpu.Kernels(static g => new LabelsGpu(g.Loader));

    /// <summary>
    /// y[r] = the label of the image in row r of the step's batch; see <see cref="DataOrder.ImageAt(uint, int)"/>.
    /// </summary>
    public static void RealLabelsKernel(
        int count, int batchSize, ulong seed, ArrayView<uint> step, ArrayView<int> labels, ArrayView<float> y)
    {
        int row = Grid.IdxX * Group.DimX + Group.IdxX;
        if (row < batchSize)
            y[row] = labels[DataOrder.ImageAt(count, batchSize, seed, step[0], row)];
    }

    /// <summary>y[r] = <see cref="Draw"/>.</summary>
    public static void RandomLabelsKernel(
        int length, int classes, ulong seed, uint stream, ArrayView<uint> step, ArrayView<float> y)
    {
        int row = Grid.IdxX * Group.DimX + Group.IdxX;
        if (row < length)
            y[row] = Draw(seed, stream, step[0], row, classes);
    }

    /// <summary>
    /// A class, 0..classes − 1: the upper half of word · classes, where word is the first word of the Philox block with
    /// counter (row, step, stream). The probabilities of two classes differ by at most classes · 2^−32.
    /// </summary>
    public static int Draw(ulong seed, uint stream, uint step, int row, int classes) =>
        (int)(((ulong)Philox.Generate(seed, (uint)row, step, stream).X * (uint)classes) >> 32);

    public Action BindRealLabels(AcceleratorStream stream, DataOrder order, ArrayView<uint> step, ArrayView<int> labels,
        ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ulong, ArrayView<uint>,
            ArrayView<int>, ArrayView<float>>>(RealLabelsKernel);
        (int count, int batchSize, ulong seed) = order;
        KernelConfig config = loader.PerElement(batchSize);
        return () => launch(stream, config, count, batchSize, seed, step, labels, y);
    }

    public Action BindRandomLabels(
        AcceleratorStream stream, int classes, ulong seed, uint randomStream, ArrayView<uint> step, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ulong, uint, ArrayView<uint>,
            ArrayView<float>>>(RandomLabelsKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, classes, seed, randomStream, step, y);
    }
}
