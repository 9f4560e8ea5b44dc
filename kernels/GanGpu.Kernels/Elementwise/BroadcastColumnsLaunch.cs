using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y[r,c] = column[r].</summary>
internal readonly unsafe struct BroadcastColumnsLaunch(
    int rows, int columns, Slice<float> column, Slice<float> y) : ILaunch
{
    private const string Operation = "BroadcastColumns";

    public void Check()
    {
        Matrix(Operation, rows, columns, "y", y);
        Shape(Operation, "column", column, rows);
        Apart(Operation, "y", y, "column", column);
    }

    public Action Bind(IGpu gpu) =>
        RowScalingGpu.Of(gpu)
            .BindBroadcastColumns(gpu.Stream, columns, gpu.View(column), gpu.View(y));

    public Action Bind(IHost host) =>
        RowScalingHost.BroadcastColumns(host.Team, rows, columns, host.Address(column), host.Address(y));
}
