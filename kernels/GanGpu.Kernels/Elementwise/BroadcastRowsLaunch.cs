using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y[r,c] = row[c].</summary>
internal readonly unsafe struct BroadcastRowsLaunch(int rows, int columns, Slice<float> row, Slice<float> y) : ILaunch
{
    private const string Operation = "BroadcastRows";

    public void Check()
    {
        Matrix(Operation, rows, columns, "y", y);
        Shape(Operation, "row", row, columns);
        Apart(Operation, "y", y, "row", row);
    }

    public Action Bind(IGpu gpu) =>
        ElementwiseGpu.Of(gpu)
            .BindBroadcastRows(gpu.Stream, columns, gpu.View(row), gpu.View(y));

    public Action Bind(IHost host) =>
        ElementwiseHost.BroadcastRows(host.Team, rows, columns, host.Address(row), host.Address(y));
}
