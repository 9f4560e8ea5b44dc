using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>Classes of samples.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action GatherRows(int rows, int classes, int columns, Slice<float> table, Slice<float> labels, Slice<float> y)
    {
        LaunchArguments.GatherRows(rows, classes, columns, table, labels, y);
        return GatherHost.GatherRows(team, rows, classes, columns, Address(table), Address(labels), Address(y));
    }

    public Action ScatterAddRows(int rows, int classes, int columns, Slice<float> x, Slice<float> labels, Slice<float> sums)
    {
        LaunchArguments.ScatterAddRows(rows, classes, columns, x, labels, sums);
        return GatherHost.ScatterAddRows(team, rows, classes, columns, Address(x), Address(labels), Address(sums));
    }

    public Action OneHot(int rows, int classes, Slice<float> labels, Slice<float> y)
    {
        LaunchArguments.OneHot(rows, classes, labels, y);
        return GatherHost.OneHot(team, rows, classes, Address(labels), Address(y));
    }

    public Action RealLabels(DataOrder order, Slice<uint> step, Slice<int> labels, Slice<float> y)
    {
        LaunchArguments.RealLabels(order, step, labels, y);
        return LabelsHost.RealLabels(team, order, Address(step), Address(labels), Address(y));
    }

    public Action RandomLabels(int classes, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.RandomLabels(classes, step);
        return LabelsHost.RandomLabels(team, y.Length, classes, seed, stream, Address(step), Address(y));
    }
}
