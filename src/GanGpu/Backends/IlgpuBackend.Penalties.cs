using GanGpu.Kernels.Losses;

namespace GanGpu.Backends;

/// <summary>Penalties on a discriminator's gradient.</summary>
internal sealed partial class IlgpuBackend
{
    private GradientPenaltyGpu Penalty => field ??= new(loader);

    private InterpolateGpu Interpolation => field ??= new(loader);

    public Action GradientPenalty(PenaltyShape shape, Slice<float> gradient, Slice<float> norms, Slice<float> cotangent, Slice<float> figures)
    {
        LaunchArguments.GradientPenalty(shape, gradient, norms, cotangent, figures);
        return Penalty.Bind(Stream, shape, View(gradient), View(norms), View(cotangent), View(figures));
    }

    public Action Interpolate(int rows, int columns, ulong seed, uint stream, Slice<uint> step, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Interpolate(rows, columns, step, a, b, y);
        return Interpolation.Bind(Stream, columns, seed, stream, View(step), View(a), View(b), View(y));
    }
}
