using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Moving averages of mean and variance over several batches [columns] in turn: running ← running + momentum · (factor
/// · batch − running). The factor is 1 for the mean; for the variance n / (n − 1), which makes it the unbiased one.
/// Overwrites the updated ones.
/// </summary>
internal static unsafe class RunningMomentsHost
{
    public static Action Bind(IHost host, RunningMomentsLaunch o) =>
        HostTask.Bind(
            host.Team, new Kernel(
                o.Batches, o.Columns, o.Momentum, o.Factor, new(host, o.Running), new(host, o.Batch),
                new(host, o.Updated)), o.Columns, 0.5 * o.Batches, 64);

    private readonly struct Pointers(IHost host, Moments moments)
    {
        public readonly float* Mean = host.Address(moments.Mean), Variance = host.Address(moments.Variance);
    }

    /// <summary>Units are columns.</summary>
    private readonly struct Kernel(
        int batches, int columns, float momentum, float factor, Pointers running, Pointers batch, Pointers updated)
        : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd share = TSimd.Splat(momentum), unbiased = TSimd.Splat(factor);
            for (int c = start; c < end; c += TSimd.Count)
            {
                int n = Math.Min(TSimd.Count, end - c);
                TSimd center = Vectors.Load<TSimd>(running.Mean + c, n),
                    spread = Vectors.Load<TSimd>(running.Variance + c, n);
                for (int b = 0; b < batches; b++)
                {
                    nint at = (nint)b * columns + c;
                    center = TSimd.Fma(share, Vectors.Load<TSimd>(batch.Mean + at, n) - center, center);
                    spread = TSimd.Fma(share, unbiased * Vectors.Load<TSimd>(batch.Variance + at, n) - spread, spread);
                }

                Vectors.Store(center, updated.Mean + c, n);
                Vectors.Store(spread, updated.Variance + c, n);
            }
        }
    }
}
