using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Normalization;

/// <summary>Means and variances of columns, of the same shape.</summary>
internal readonly record struct Moments(Slice<float> Mean, Slice<float> Variance);
