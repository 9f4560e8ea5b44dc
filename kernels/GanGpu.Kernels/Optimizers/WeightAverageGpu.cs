using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// An exponential moving average of weights (see <see cref="WeightAverage"/>): average ← average + (1 − β)·(θ −
/// average), one thread per element. It follows the end of an update's last step, so that t = (step[0] − 1) / batches
/// updates are done, including this one. 1 − β = 1 − exp(−max(λ, K / t)), with λ = −ln β and K = ln 2 / ramp; without a
/// ramp K is 0, and 1 − β at least 9 / (10 + t).
/// </summary>
internal sealed class WeightAverageGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static WeightAverageGpu Of(IGpu gpu) => gpu.Kernels(static g => new WeightAverageGpu(g.Loader));

    public static void WeightAverageKernel(
        int length, int batches, float lambda, float ramp, ArrayView<uint> step, ArrayView<float> parameters,
        ArrayView<float> average)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            // Through int: unsigned integers are converted through double, which not every GPU has.
            int done = (int)((step[0] - 1u) / (uint)batches);
            float limit = done > 0 ? ramp / done : done < 0 ? 0f : ramp;
            float rate = -PreciseMath.Expm1(-(limit > lambda ? limit : lambda));
            float least = ramp == 0f && done >= 0 ? 9f / (10 + done) : 0f;
            rate = rate > least ? rate : least;
            float before = average[i];
            average[i] = before + rate * (parameters[i] - before);
        }
    }

    public Action Bind(
        AcceleratorStream stream, WeightAverage options, int batches, ArrayView<uint> step, ArrayView<float> parameters,
        ArrayView<float> average)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, float, float, ArrayView<uint>,
            ArrayView<float>, ArrayView<float>>>(WeightAverageKernel);
        int length = average.IntLength;
        KernelConfig config = loader.PerElement(length);
        float lambda = (float)-Math.Log(options.Beta), ramp = options.RampUp > 0
            ? (float)(Math.Log(2) / options.RampUp) : 0f;
        return () => launch(stream, config, length, batches, lambda, ramp, step, parameters, average);
    }
}
