using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// A penalty on the norms of a gradient's rows, see <see cref="PenaltyShape"/>. Overwrites norms[r] = ‖g_r‖, the
/// penalty's derivative cotangent = 2 · weight / rows of the part · (1 − Center / ‖g_r‖) · g_r (0 if g_r is 0), and
/// metrics [4] = (mean of (‖g_r‖ − Center)² in the first part, in the second, mean norm in the first, in the second).
/// </summary>
internal static unsafe class GradientPenaltyHost
{
    private const double NanosecondsPerElement = 0.15;

    public static Action Bind(ThreadTeam team, PenaltyShape shape, float* gradient, float* norms, float* cotangent,
        float* metrics) =>
        HostTask.Bind(
            team, new RowsKernel(shape, gradient, norms, cotangent), shape.Rows, shape.Columns * NanosecondsPerElement)
        + HostTask.Bind(team, new MetricsKernel(shape, norms, metrics), 1, 0.0);

    /// <summary>Units are rows.</summary>
    private readonly struct RowsKernel(PenaltyShape shape, float* gradient, float* norms, float* cotangent)
        : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            for (int row = start; row < end; row++)
            {
                float* from = gradient + (nint)row * columns, to = cotangent + (nint)row * columns;
                // Four sums at a time, because each addition waits for the previous one of its sum.
                TSimd sum0 = TSimd.Splat(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
                int c = 0;
                for (; c <= columns - 4 * TSimd.Count; c += 4 * TSimd.Count)
                {
                    sum0 = Square(TSimd.Load(from + c), sum0);
                    sum1 = Square(TSimd.Load(from + c + TSimd.Count), sum1);
                    sum2 = Square(TSimd.Load(from + c + 2 * TSimd.Count), sum2);
                    sum3 = Square(TSimd.Load(from + c + 3 * TSimd.Count), sum3);
                }

                for (; c <= columns - TSimd.Count; c += TSimd.Count)
                    sum0 = Square(TSimd.Load(from + c), sum0);
                if (c < columns)
                    sum1 = Square(TSimd.LoadPart(from + c, columns - c), sum1);
                float norm = MathF.Sqrt(TSimd.Sum(sum0 + sum1 + (sum2 + sum3)));
                norms[row] = norm;

                TSimd factor = TSimd.Splat(Factor(row, norm));
                for (c = 0; c <= columns - TSimd.Count; c += TSimd.Count)
                    (factor * TSimd.Load(from + c)).Store(to + c);
                if (c < columns)
                    (factor * TSimd.LoadPart(from + c, columns - c)).StorePart(to + c, columns - c);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Square<TSimd>(TSimd x, TSimd sum)
            where TSimd : struct, ISimd<TSimd> => TSimd.Fma(x, x, sum);

        private float Factor(int row, float norm)
        {
            bool first = row < shape.Split;
            float weight = 2f * (first ? shape.FirstWeight : shape.SecondWeight)
                / (first ? shape.Split : shape.Rows - shape.Split);
            return norm > 0f ? weight * (1f - shape.Center / norm) : 0f;
        }
    }

    /// <summary>There is a single unit.</summary>
    private readonly struct MetricsKernel(PenaltyShape shape, float* norms, float* metrics) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            Part(0, shape.Split, metrics);
            Part(shape.Split, shape.Rows, metrics + 1);
        }

        private void Part(int first, int last, float* target)
        {
            double penalty = 0, sum = 0;
            for (int row = first; row < last; row++)
            {
                double distance = (double)norms[row] - shape.Center;
                penalty += distance * distance;
                sum += norms[row];
            }

            int rows = Math.Max(1, last - first);
            target[0] = (float)(penalty / rows);
            target[2] = (float)(sum / rows);
        }
    }
}
