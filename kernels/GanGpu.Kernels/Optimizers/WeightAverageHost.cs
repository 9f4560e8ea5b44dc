using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// An exponential moving average of weights (see <see cref="WeightAverage"/>): average ← average + (1 − β)·(θ −
/// average), after t = (step[0] − 1) / batches updates; 1 − β = 1 − exp(−max(λ, K / t)), with λ = −ln β and K = ln 2 /
/// ramp; without a ramp K is 0, and 1 − β at least 9 / (10 + t).
/// </summary>
internal static unsafe class WeightAverageHost
{
    private const int Grain = 64;
    private const double NanosecondsPerElement = 0.15;

    public static Action Sweep(
        ThreadTeam team, WeightAverage options, int batches, uint* step, int length, float* parameters,
        float* average) =>
        HostTask.Bind(
            team, new AverageKernel(options, (uint)batches, step, parameters, average), length,
            NanosecondsPerElement, Grain);

    /// <summary>Units are elements.</summary>
    private readonly struct AverageKernel(
        WeightAverage options, uint batches, uint* step, float* parameters, float* average) : IHostKernel
    {
        private readonly double lambda = -Math.Log(options.Beta), ramp = options.RampUp > 0
            ? Math.Log(2) / options.RampUp : 0;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            // The difference from 1 keeps nine or more digits of β up to 1 − 1e-7.
            uint done = (*step - 1u) / batches;
            double least = ramp > 0 ? 1 - Math.Exp(-ramp / Math.Max(1.0, done)) : 9 / (10.0 + done);
            TSimd rate = TSimd.Splat((float)Math.Max(1 - Math.Exp(-lambda), least));
            float* theta = parameters, mean = average;
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TSimd before = TSimd.Load(mean + i);
                TSimd.Fma(rate, TSimd.Load(theta + i) - before, before).Store(mean + i);
            }

            if (i < end)
            {
                TSimd before = TSimd.LoadPart(mean + i, end - i);
                TSimd.Fma(rate, TSimd.LoadPart(theta + i, end - i) - before, before).StorePart(mean + i, end - i);
            }
        }
    }
}
