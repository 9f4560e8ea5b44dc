using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Normalization;

/// <summary>y = f(scale · x̂ + shift), scale and shift [1, Columns].</summary>
internal readonly record struct ScaledNormalization(
    Activation Activation, Slice<float> Scale, Slice<float> Shift, Slice<float> Y);
