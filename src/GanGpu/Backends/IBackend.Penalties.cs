using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Random;

namespace GanGpu.Backends;

/// <summary>Penalties on a discriminator's gradient.</summary>
internal partial interface IBackend
{
    /// <summary>
    /// A penalty on the norms of the rows of gradient [Rows, Columns], see <see cref="PenaltyShape"/>: norms[r] = ‖g_r‖,
    /// cotangent [Rows, Columns] the penalty's derivative towards the gradient, figures[4] = (mean of (‖g_r‖ − Center)² in the
    /// first part, in the second, mean norm in the first, in the second); 0 for an empty part.
    /// </summary>
    Action GradientPenalty(PenaltyShape shape, Slice<float> gradient, Slice<float> norms, Slice<float> cotangent, Slice<float> figures);

    /// <summary>
    /// y[r,c] = a[r,c] + t_r · (b[r,c] − a[r,c]), t_r uniform on [0, 1): the first word of the Philox block with counter
    /// (r, step[0], stream).
    /// </summary>
    Action Interpolate(int rows, int columns, ulong seed, uint stream, Slice<uint> step, Slice<float> a, Slice<float> b, Slice<float> y);
}
