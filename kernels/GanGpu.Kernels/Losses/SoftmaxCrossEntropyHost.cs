using System.Runtime.CompilerServices;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The softmax cross-entropy of logits x [rows, classes] with labels [rows] and its gradient, see
/// <see cref="ClassTargets"/>: loss = ln Σ_c e^x[c] − x[label], with the row's maximum subtracted first; gradient =
/// weight · (softmax(x) − one-hot) / labelled rows of the part, 0 in a row without label. Overwrites gradient, results
/// [rows, 2] (a row's loss, and 1 if its label has the first of the greatest logits) and metrics [4]: mean loss of the
/// first part, of the second, share of correct rows in the first, in the second; 0 for a part without labels.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyHost
{
    private const double NanosecondsPerElement = 1.5, NanosecondsPerRow = 50;

    public static Action Bind(IHost host, SoftmaxCrossEntropyLaunch o)
    {
        float* labels = host.Address(o.Labels), results = host.Address(o.Results);
        LossKernel losses = new(
            o.Rows, o.Classes, o.Targets, host.Address(o.Logits), labels, host.Address(o.Gradient), results);
        MetricsKernel metrics = new(o.Rows, o.Classes, o.Targets, labels, results, host.Address(o.Metrics));
        return HostTask.Bind(host.Team, losses, o.Rows, NanosecondsPerRow + o.Classes * NanosecondsPerElement)
            + HostTask.Bind(host.Team, metrics, 1, 0.0);
    }

    private static int Labelled(int from, int to, int classes, float* labels)
    {
        int count = 0;
        for (int row = from; row < to; row++)
            count += GatherGpu.IsLabel(labels[row], classes) ? 1 : 0;
        return count;
    }

    /// <summary>Units are rows.</summary>
    private readonly struct LossKernel(
        int rows, int classes, ClassTargets targets, float* logits, float* labels, float* gradient, float* results)
        : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            float firstScale = targets.FirstWeight / Labelled(0, targets.Split, classes, labels);
            float secondScale = targets.SecondWeight / Labelled(targets.Split, rows, classes, labels);
            for (int row = start; row < end; row++)
            {
                if (GatherGpu.IsLabel(labels[row], classes))
                {
                    Loss<TSimd>(row, row < targets.Split ? firstScale : secondScale);
                    continue;
                }

                new Span<float>(gradient + (nint)row * classes, classes).Clear();
                results[2 * row] = results[2 * row + 1] = 0f;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Loss<TSimd>(int row, float scale)
            where TSimd : struct, ISimd<TSimd>
        {
            float* x = logits + (nint)row * classes, slopes = gradient + (nint)row * classes;
            int label = (int)labels[row];
            float greatest = SoftmaxHost.Greatest<TSimd>(x, classes);
            float others = SoftmaxHost.SumOfExponentials<TSimd>(x, label, greatest)
                + SoftmaxHost.SumOfExponentials<TSimd>(x + label + 1, classes - label - 1, greatest);
            float own = MathF.Exp(x[label] - greatest), total = others + own;
            SoftmaxHost.Exponentials<TSimd>(x, classes, greatest, scale / total, slopes);

            // The label's share − 1 without rounding the share to 1 first: a confident, correct row keeps its small
            // gradient.
            slopes[label] = -scale * others / total;
            bool isGreatest = x[label] == greatest;
            results[2 * row] = (float)(isGreatest ? LogOnePlus(others) : (double)greatest - x[label] + Math.Log(total));
            results[2 * row + 1] = isGreatest && new ReadOnlySpan<float>(x, label).IndexOf(greatest) < 0 ? 1f : 0f;
        }

        /// <summary>
        /// ln(1 + x) for a float x of at least 0: in double, 1 + x is accurate unless x is so small that it is the
        /// first term of the series.
        /// </summary>
        private static double LogOnePlus(float x) => x < 1e-8f ? x : Math.Log(1.0 + x);
    }

    /// <summary>There is a single unit.</summary>
    private readonly struct MetricsKernel(
        int rows, int classes, ClassTargets targets, float* labels, float* results, float* metrics) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            Part(0, targets.Split, metrics);
            Part(targets.Split, rows, metrics + 1);
        }

        private void Part(int from, int to, float* target)
        {
            double loss = 0, right = 0;
            for (int row = from; row < to; row++)
            {
                loss += results[2 * row];
                right += results[2 * row + 1];
            }

            int counted = Math.Max(1, Labelled(from, to, classes, labels));
            target[0] = (float)(loss / counted);
            target[2] = (float)(right / counted);
        }
    }
}
