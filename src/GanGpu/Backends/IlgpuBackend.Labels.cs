using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>Classes of samples.</summary>
internal sealed partial class IlgpuBackend
{
    private GatherGpu Gather => field ??= new(loader);

    private LabelsGpu Labels => field ??= new(loader);

    public Action GatherRows(int rows, int classes, int columns, Slice<float> table, Slice<float> labels, Slice<float> y)
    {
        LaunchArguments.GatherRows(rows, classes, columns, table, labels, y);
        return Gather.BindGatherRows(Stream, classes, columns, View(table), View(labels), View(y));
    }

    public Action ScatterAddRows(int rows, int classes, int columns, Slice<float> x, Slice<float> labels, Slice<float> sums)
    {
        LaunchArguments.ScatterAddRows(rows, classes, columns, x, labels, sums);
        return Gather.BindScatterAddRows(Stream, rows, columns, View(x), View(labels), View(sums));
    }

    public Action OneHot(int rows, int classes, Slice<float> labels, Slice<float> y)
    {
        LaunchArguments.OneHot(rows, classes, labels, y);
        return Gather.BindOneHot(Stream, classes, View(labels), View(y));
    }

    public Action RealLabels(DataOrder order, Slice<uint> step, Slice<int> labels, Slice<float> y)
    {
        LaunchArguments.RealLabels(order, step, labels, y);
        return Labels.BindRealLabels(Stream, order, View(step), View(labels), View(y));
    }

    public Action RandomLabels(int classes, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.RandomLabels(classes, step);
        return Labels.BindRandomLabels(Stream, classes, seed, stream, View(step), View(y));
    }
}
