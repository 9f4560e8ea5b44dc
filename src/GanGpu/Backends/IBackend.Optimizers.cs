using GanGpu.Kernels.Optimizers;

namespace GanGpu.Backends;

/// <summary>What is done to a whole arena of parameters or gradients, in a launch or two.</summary>
internal partial interface IBackend
{
    /// <summary>One RMSProp step: v ← α·v + (1−α)·g², θ ← θ − coefficients[0] · g / (√v + ε).</summary>
    Action RmsProp(RmsPropOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> meanSquare);

    /// <summary>One step of descent with momentum: b ← μ·b + g, θ ← θ − coefficients[0] · b, or · (g + μ·b) with Nesterov's momentum.</summary>
    Action Sgd(SgdOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> momentum);

    /// <summary>x ← x brought into ±limit; NaN stays NaN.</summary>
    Action WeightClip(float limit, Slice<float> x);

    /// <summary>
    /// norm[0] = √Σ g², in a fixed order, and g ← g · min(1, limit / (norm + 1e-6)). With an infinite limit the norm is only measured.
    /// </summary>
    Action GradientNorm(float limit, Slice<float> gradients, Slice<float> norm);

    /// <summary>
    /// average ← average + (1 − β)·(θ − average), to be issued after the end of an update's last step: t = (step[0] − 1) / batches updates are
    /// done. Where β ramps up, it is at most 2^(−1 / (ramp · t)).
    /// </summary>
    Action WeightAverage(WeightAverage options, int batches, Slice<uint> step, Slice<float> parameters, Slice<float> average);

    /// <summary>sum ← sum + factor · x: with factor 1/k and k calls, the mean of the gradients of k micro-batches.</summary>
    Action Accumulate(float factor, Slice<float> x, Slice<float> sum);
}
