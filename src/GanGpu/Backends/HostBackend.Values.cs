using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>Data sets of numbers instead of bytes.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action BatchValues(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, int stagedSteps = 0)
    {
        LaunchArguments.BatchValues(order, sampleSize, step, dataSet, y, stagedSteps);
        return BatchValuesHost.Bind(team, order, sampleSize, stagedSteps, Address(step), (float*)Address(dataSet), Address(y));
    }
}
