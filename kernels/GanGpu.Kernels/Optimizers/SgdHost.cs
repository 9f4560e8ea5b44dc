using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Gradient descent with momentum (see <see cref="SgdOptions"/>): b ← μ·b + g, θ ← θ − coefficients[0] · b, or with
/// Nesterov's momentum θ ← θ − coefficients[0] · (g + μ·b). Overwrites b and θ.
/// </summary>
internal static unsafe class SgdHost
{
    private const int Grain = 64;
    private const double NanosecondsPerElement = 0.2;

    /// <summary>One step over length parameters.</summary>
    public static Action Sweep(
        ThreadTeam team, SgdOptions options, int length, float* coefficients, float* parameters, float* gradients,
        float* buffer) =>
        HostTask.Bind(
            team, new SweepKernel(options, coefficients, parameters, gradients, buffer), length,
            NanosecondsPerElement, Grain);

    /// <summary>Units are elements.</summary>
    private readonly struct SweepKernel(
        SgdOptions options, float* coefficients, float* parameters, float* gradients, float* buffer) : IHostKernel
    {
        private readonly float momentum = (float)options.Momentum;
        private readonly float ahead = options.Nesterov ? 1f : 0f;
        private readonly float following = options.Nesterov ? (float)options.Momentum : 1f;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd mu = TSimd.Splat(momentum), ofGradient = TSimd.Splat(ahead), ofBuffer = TSimd.Splat(following),
                step = TSimd.Splat(-coefficients[0]);
            float* theta = parameters, g = gradients, b = buffer;
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TSimd g1 = TSimd.Load(g + i), b1 = TSimd.Fma(mu, TSimd.Load(b + i), g1);
                b1.Store(b + i);
                TSimd.Fma(step, TSimd.Fma(ofBuffer, b1, ofGradient * g1), TSimd.Load(theta + i)).Store(theta + i);
            }

            if (i < end)
            {
                int n = end - i;
                TSimd g1 = TSimd.LoadPart(g + i, n), b1 = TSimd.Fma(mu, TSimd.LoadPart(b + i, n), g1);
                b1.StorePart(b + i, n);
                TSimd.Fma(step, TSimd.Fma(ofBuffer, b1, ofGradient * g1), TSimd.LoadPart(theta + i, n))
                    .StorePart(theta + i, n);
            }
        }
    }
}
