using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Batch.ClassChecks;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>y[r,k] = 1 if the label of row r is k, otherwise 0.</summary>
internal readonly unsafe struct OneHotLaunch(int rows, int classes, Slice<float> labels, Slice<float> y) : ILaunch
{
    private const string Operation = "OneHot";

    public void Check()
    {
        Classes(Operation, classes);
        Matrix(Operation, rows, classes, "y", y);
        Shape(Operation, "the labels", labels, rows);
        Apart(Operation, "y", y, "the labels", labels);
    }

    public Action Bind(IGpu gpu) =>
        GatherGpu.Of(gpu).BindOneHot(gpu.Stream, classes, gpu.View(labels), gpu.View(y));

    public Action Bind(IHost host) =>
        GatherHost.OneHot(host.Team, rows, classes, host.Address(labels), host.Address(y));
}
