using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// The gradients of the scale and the shift of y = f(scale · x + shift): ScaleGradient[c] = Σ_r dy ⊙ f'(y) ⊙ x and
/// ShiftGradient[c] = Σ_r dy ⊙ f'(y). Y is null if f is the identity.
/// </summary>
internal readonly record struct ScaleShiftGradients(
    Activation Activation, Slice<float>? Y, Slice<float> Scale, Slice<float> ScaleGradient, Slice<float> ShiftGradient);
