using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// The other end of <see cref="ScaledNormalization"/>: scaleGradient[c] = Σ_r dy ⊙ f'(y) ⊙ x̂ and
/// shiftGradient[c] = Σ_r dy ⊙ f'(y), over all rows. Y is null where f is the identity.
/// </summary>
internal readonly record struct ScaledNormalizationGradient(
    Activation Activation, Slice<float>? Y, Slice<float> Scale, Slice<float> ScaleGradient, Slice<float> ShiftGradient);
