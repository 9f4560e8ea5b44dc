using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Batch.ClassChecks;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// sums[k,c] = Σ x[r,c] over the rows r with label k, in their order, of x [rows, columns] to sums [classes, columns].
/// </summary>
internal readonly unsafe struct ScatterAddRowsLaunch(
    int rows, int classes, int columns, Slice<float> x, Slice<float> labels, Slice<float> sums) : ILaunch
{
    private const string Operation = "ScatterAddRows";

    public void Check()
    {
        Classes(Operation, classes);
        Matrix(Operation, rows, columns, "x", x);
        Matrix(Operation, classes, columns, "sums", sums);
        Shape(Operation, "the labels", labels, rows);
        Apart(Operation, "sums", sums, "x", x);
        Apart(Operation, "sums", sums, "the labels", labels);
    }

    public Action Bind(IGpu gpu) =>
        GatherGpu.Of(gpu)
            .BindScatterAddRows(gpu.Stream, rows, columns, gpu.View(x), gpu.View(labels), gpu.View(sums));

    public Action Bind(IHost host) =>
        GatherHost.ScatterAddRows(
            host.Team, rows, classes, columns, host.Address(x), host.Address(labels), host.Address(sums));
}
