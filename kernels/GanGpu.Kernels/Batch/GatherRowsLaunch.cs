using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Batch.ClassChecks;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// y[r,c] = table[label_r, c], of table [classes, columns] to y [rows, columns]; 0 in a row without label.
/// </summary>
internal readonly unsafe struct GatherRowsLaunch(
    int rows, int classes, int columns, Slice<float> table, Slice<float> labels, Slice<float> y) : ILaunch
{
    private const string Operation = "GatherRows";

    public void Check()
    {
        Classes(Operation, classes);
        Matrix(Operation, classes, columns, "the table", table);
        Matrix(Operation, rows, columns, "y", y);
        Shape(Operation, "the labels", labels, rows);
        Apart(Operation, "y", y, "the table", table);
        Apart(Operation, "y", y, "the labels", labels);
    }

    public Action Bind(IGpu gpu) =>
        GatherGpu.Of(gpu)
            .BindGatherRows(gpu.Stream, classes, columns, gpu.View(table), gpu.View(labels), gpu.View(y));

    public Action Bind(IHost host) =>
        GatherHost.GatherRows(
            host.Team, rows, classes, columns, host.Address(table), host.Address(labels), host.Address(y));
}
