using GanGpu.Kernels.Losses;

namespace GanGpu.Backends;

/// <summary>Penalties on a discriminator's gradient.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action GradientPenalty(PenaltyShape shape, Slice<float> gradient, Slice<float> norms, Slice<float> cotangent, Slice<float> figures)
    {
        LaunchArguments.GradientPenalty(shape, gradient, norms, cotangent, figures);
        return GradientPenaltyHost.Bind(team, shape, Address(gradient), Address(norms), Address(cotangent), Address(figures));
    }

    public Action Interpolate(int rows, int columns, ulong seed, uint stream, Slice<uint> step, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Interpolate(rows, columns, step, a, b, y);
        return InterpolateHost.Bind(team, rows, columns, seed, stream, Address(step), Address(a), Address(b), Address(y));
    }
}
