using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>Data sets of numbers instead of bytes.</summary>
internal sealed partial class IlgpuBackend
{
    private BatchValuesGpu ValueBatch => field ??= new(loader);

    public Action BatchValues(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, int stagedSteps = 0)
    {
        LaunchArguments.BatchValues(order, sampleSize, step, dataSet, y, stagedSteps);
        return ValueBatch.Bind(Stream, order, sampleSize, stagedSteps, View(step), View(dataSet).Cast<float>(), View(y));
    }
}
