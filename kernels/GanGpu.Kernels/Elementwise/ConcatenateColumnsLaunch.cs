using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y[r] = (a[r], b[r]): the columns of a, then those of b.</summary>
internal readonly unsafe struct ConcatenateColumnsLaunch(
    int rows, int columnsOfA, int columnsOfB, Slice<float> a, Slice<float> b, Slice<float> y) : ILaunch
{
    private const string Operation = "ConcatenateColumns";

    public void Check()
    {
        Matrix(Operation, rows, columnsOfA, "a", a);
        Matrix(Operation, rows, columnsOfB, "b", b);
        Shape(Operation, "y", y, rows, checked(columnsOfA + columnsOfB));
        Apart(Operation, "y", y, "a", a);
        Apart(Operation, "y", y, "b", b);
    }

    public Action Bind(IGpu gpu) =>
        ColumnSlicesGpu.Of(gpu)
            .BindConcatenate(gpu.Stream, columnsOfA + columnsOfB, columnsOfA, gpu.View(a), gpu.View(b), gpu.View(y));

    public Action Bind(IHost host) =>
        ColumnSlicesHost.Concatenate(
            host.Team, rows, columnsOfA + columnsOfB, columnsOfA, host.Address(a), host.Address(b), host.Address(y));
}
