using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y_r = x_r / max(‖x_r‖, least), ‖·‖ the Euclidean norm.</summary>
internal readonly unsafe struct RowDirectionsLaunch(
    int rows, int columns, float least, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "RowDirections";

    public void Check()
    {
        Matrix(Operation, rows, columns, "x", x);
        Shape(Operation, "y", y, rows, columns);
        Apart(Operation, "y", y, "x", x);
        if (!(least > 0f) || !float.IsFinite(least))
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the least norm must be a finite number above 0, but is {least}."));
    }

    public Action Bind(IGpu gpu) =>
        RowScalingGpu.Of(gpu)
            .BindRowDirections(gpu.Stream, rows, columns, least, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        RowScalingHost.RowDirections(host.Team, rows, columns, least, host.Address(x), host.Address(y));
}
