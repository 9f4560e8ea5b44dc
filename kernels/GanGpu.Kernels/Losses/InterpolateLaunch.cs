using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// y[r,c] = a[r,c] + t_r · (b[r,c] − a[r,c]), t_r uniform on [0, 1): the first word of the Philox block with counter
/// (r, step[0], stream).
/// </summary>
internal readonly unsafe struct InterpolateLaunch(
    int rows, int columns, ulong seed, uint stream, Slice<uint> step, Slice<float> a, Slice<float> b,
    Slice<float> y) : ILaunch
{
    private const string Operation = "Interpolate";

    public void Check()
    {
        Shape(Operation, "step", step, 1);
        Matrix(Operation, rows, columns, "a", a);
        Matrix(Operation, rows, columns, "b", b);
        Matrix(Operation, rows, columns, "y", y);
        SameOrApart(Operation, "y", y, "a", a);
        SameOrApart(Operation, "y", y, "b", b);
    }

    public Action Bind(IGpu gpu) =>
        InterpolateGpu.Of(gpu)
            .Bind(gpu.Stream, columns, seed, stream, gpu.View(step), gpu.View(a), gpu.View(b), gpu.View(y));

    public Action Bind(IHost host) =>
        InterpolateHost.Bind(
            host.Team, rows, columns, seed, stream, host.Address(step), host.Address(a), host.Address(b),
            host.Address(y));
}
