using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// y[r,c] = a[r,c] + t_r · (b[r,c] − a[r,c]), t_r uniform on [0, 1): the first word of the Philox block with counter
/// (r, step[0], stream).
/// </summary>
internal readonly record struct InterpolateLaunch(
    int Rows, int Columns, ulong Seed, uint Stream, Slice<uint> Step, Slice<float> A, Slice<float> B,
    Slice<float> Y) : ILaunch
{
    private const string Operation = "Interpolate";

    public void Check()
    {
        Shape(Operation, "step", Step, 1);
        Matrix(Operation, Rows, Columns, "a", A);
        Matrix(Operation, Rows, Columns, "b", B);
        Matrix(Operation, Rows, Columns, "y", Y);
        SameOrApart(Operation, "y", Y, "a", A);
        SameOrApart(Operation, "y", Y, "b", B);
    }

    public Action Bind(IGpu gpu) => InterpolateGpu.Of(gpu).Bind(gpu, this);

    public Action Bind(IHost host) => InterpolateHost.Bind(host, this);
}
