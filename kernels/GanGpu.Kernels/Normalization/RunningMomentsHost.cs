using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Moving averages of a batch's mean and variance, of one batch [columns] after the other of several:
/// running ← running + momentum · (factor · batch − running), where factor is 1 for the mean and makes the variance
/// that of a sample, n / (n − 1). Overwrites newMean and newVariance.
/// </summary>
internal static unsafe class RunningMomentsHost
{
    public static Action Bind(
        ThreadTeam team, int batches, int columns, float momentum, float factor, float* runningMean,
        float* runningVariance, float* mean, float* variance, float* newMean, float* newVariance) =>
        HostTask.Bind(
            team, new Kernel(
                batches, columns, momentum, factor, runningMean, runningVariance, mean, variance, newMean, newVariance),
            columns, 0.5 * batches, 64);

    /// <summary>Units are columns.</summary>
    private readonly struct Kernel(
        int batches, int columns, float momentum, float factor, float* runningMean, float* runningVariance, float* mean,
        float* variance, float* newMean, float* newVariance) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd share = TSimd.Splat(momentum), unbiased = TSimd.Splat(factor);
            for (int c = start; c < end; c += TSimd.Count)
            {
                int n = Math.Min(TSimd.Count, end - c);
                TSimd center = Vectors.Load<TSimd>(runningMean + c, n),
                    spread = Vectors.Load<TSimd>(runningVariance + c, n);
                for (int batch = 0; batch < batches; batch++)
                {
                    nint at = (nint)batch * columns + c;
                    center = TSimd.Fma(share, Vectors.Load<TSimd>(mean + at, n) - center, center);
                    spread = TSimd.Fma(share, unbiased * Vectors.Load<TSimd>(variance + at, n) - spread, spread);
                }

                Vectors.Store(center, newMean + c, n);
                Vectors.Store(spread, newVariance + c, n);
            }
        }
    }
}
