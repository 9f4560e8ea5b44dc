using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Normalization;

/// <summary>y = f(scale · x̂ + shift), scale and shift [1, Columns].</summary>
internal readonly record struct ScaledNormalization(
    Activation Activation, Slice<float> Scale, Slice<float> Shift, Slice<float> Y);
