using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The adversarial losses of n logits and their gradient in one pass: gradient = weight · ∂l/∂x / rows of the part,
/// with l of LogitLosses.cs; see <see cref="BinaryTargets"/>. Overwrites gradient [n] and metrics [4]: mean loss of the
/// first part, of the second, share of logits on their target's side of the loss's border in the first, in the second.
/// Relativistic pairing (Jolicoeur-Martineau, "On relativistic f-divergences", ICML 2020; Huang et al., "The GAN is
/// dead; long live the GAN!", NeurIPS 2024): l = log(1 + e^−z) with z = ±(x_i − y_i) of n/2 pairs; metrics are (mean
/// loss, 0, share of pairs with x_i &gt; y_i, the same).
/// </summary>
internal sealed class LogitLossGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static LogitLossGpu Of(IGpu gpu) => gpu.Kernels(static g => new LogitLossGpu(g.Loader));

    /// <summary>Sums of a group: two losses, two counts of logits on the right side, the gradient.</summary>
    public const int Sums = 5;

    /// <summary>The index of the gradient's sum.</summary>
    public const int GradientSum = 4;

    private const int GroupSize = 64;

    /// <summary>
    /// A single group, so that the sums have a fixed order. A GAN's logits are few; more groups would only add
    /// launches.
    /// </summary>
    public static void LogitLossKernel<TLoss>(
        int rows, BinaryTargets targets, ArrayView<float> logits, ArrayView<float> gradient, ArrayView<float> metrics)
        where TLoss : unmanaged, ILogitLoss
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(GroupSize * Sums);
        Loss<TLoss>(rows, targets, Group.IdxX, GroupSize, logits, gradient, sums);
        if (Group.IdxX == 0)
            StoreMetrics(rows, targets, GroupSize, sums, metrics);
    }

    /// <summary>
    /// A single group, as for the other losses: a thread takes the pairs i, i + 64, …, then a tree adds the threads'
    /// sums.
    /// </summary>
    public static void RelativisticPairingKernel(
        int pairs, float direction, float weight, ArrayView<float> logits, ArrayView<float> gradient,
        ArrayView<float> metrics)
    {
        ArrayView<float> losses = SharedMemory.Allocate<float>(GroupSize),
            above = SharedMemory.Allocate<float>(GroupSize);
        int thread = Group.IdxX;
        float loss = 0f, ranked = 0f;
        for (int i = thread; i < pairs; i += GroupSize)
        {
            float difference = logits[i] - logits[pairs + i];

            // log(1 + e^−z) is the cross-entropy of z with target 1.
            LossAndSlope at = default(SigmoidCrossEntropyLoss).At(direction * difference, 1f);
            float slope = direction * weight / pairs * at.Slope;
            gradient[i] = slope;
            gradient[pairs + i] = -slope;
            loss += at.Loss;
            ranked += difference > 0f ? 1f : 0f;
        }

        losses[thread] = loss;
        above[thread] = ranked;
        for (int half = GroupSize / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
            {
                losses[thread] += losses[thread + half];
                above[thread] += above[thread + half];
            }
        }

        if (thread == 0)
        {
            metrics[0] = losses[0] / pairs;
            metrics[1] = 0f;
            metrics[2] = above[0] / pairs;
            metrics[3] = above[0] / pairs;
        }
    }

    /// <summary>
    /// Computes the gradients, and sums[s · threads] for each of the <see cref="Sums"/>: a thread takes the logits i, i
    /// + threads, …, then a tree adds the threads' sums. All threads of a group must call it; their number must be a
    /// power of two. Gradient must not be logits: ILGPU moves the load of a logit to its use, past the store of a slope
    /// that does not depend on it. Afterwards every thread may read sums and gradient.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Loss<TLoss>(
        int rows, BinaryTargets targets, int thread, int threads, ArrayView<float> logits, ArrayView<float> gradient,
        ArrayView<float> sums)
        where TLoss : unmanaged, ILogitLoss
    {
        float firstRows = targets.Split, secondRows = rows - targets.Split, border = default(TLoss).Border;
        float loss0 = 0f, loss1 = 0f, right0 = 0f, right1 = 0f, slopes = 0f;
        for (int i = thread; i < rows; i += threads)
        {
            bool first = i < targets.Split;
            float x = logits[i];
            float t = first ? targets.First : targets.Second;
            LossAndSlope at = default(TLoss).At(x, t);
            float right = (t >= 0.5f ? x > border : x <= border) ? 1f : 0f;
            float slope = (first ? targets.FirstWeight / firstRows : targets.SecondWeight / secondRows) * at.Slope;
            gradient[i] = slope;

            slopes += slope;
            loss0 += first ? at.Loss : 0f;
            loss1 += first ? 0f : at.Loss;
            right0 += first ? right : 0f;
            right1 += first ? 0f : right;
        }

        sums[thread] = loss0;
        sums[threads + thread] = loss1;
        sums[2 * threads + thread] = right0;
        sums[3 * threads + thread] = right1;
        sums[GradientSum * threads + thread] = slopes;
        for (int half = threads / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
            {
                for (int s = 0; s < Sums; s++)
                    sums[s * threads + thread] += sums[s * threads + thread + half];
            }
        }

        Group.Barrier();
    }

    /// <summary>
    /// Stores the metrics from the sums of <see cref="Loss"/>; called by one thread. Those of an empty part are 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMetrics(
        int rows, BinaryTargets targets, int threads, ArrayView<float> sums, ArrayView<float> metrics)
    {
        float first = targets.Split > 0 ? targets.Split : 1, second = rows > targets.Split ? rows - targets.Split : 1;
        metrics[0] = sums[0] / first;
        metrics[1] = sums[threads] / second;
        metrics[2] = sums[2 * threads] / first;
        metrics[3] = sums[3 * threads] / second;
    }

    public Action Bind(
        AcceleratorStream stream, LogitLossKind kind, BinaryTargets targets, ArrayView<float> logits,
        ArrayView<float> gradient, ArrayView<float> metrics) =>
        kind switch
        {
            LogitLossKind.SigmoidCrossEntropy =>
                Bind<SigmoidCrossEntropyLoss>(stream, targets, logits, gradient, metrics),
            LogitLossKind.LeastSquares => Bind<LeastSquaresLoss>(stream, targets, logits, gradient, metrics),
            LogitLossKind.Hinge => Bind<HingeLoss>(stream, targets, logits, gradient, metrics),
            LogitLossKind.Linear => Bind<LinearLoss>(stream, targets, logits, gradient, metrics),
            LogitLossKind.RelativisticPairing => BindPairs(stream, targets, logits, gradient, metrics),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This loss has no kernel."),
        };

    private Action Bind<TLoss>(
        AcceleratorStream stream, BinaryTargets targets, ArrayView<float> logits, ArrayView<float> gradient,
        ArrayView<float> metrics)
        where TLoss : unmanaged, ILogitLoss
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, BinaryTargets, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(LogitLossKernel<TLoss>);
        int rows = logits.IntLength;
        KernelConfig config = new(1, GroupSize);
        return () => launch(stream, config, rows, targets, logits, gradient, metrics);
    }

    private Action BindPairs(
        AcceleratorStream stream, BinaryTargets targets, ArrayView<float> logits, ArrayView<float> gradient,
        ArrayView<float> metrics)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, float, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(RelativisticPairingKernel);
        int pairs = logits.IntLength / 2;
        float direction = targets.First > targets.Second ? 1f : -1f, weight = targets.FirstWeight;
        KernelConfig config = new(1, GroupSize);
        return () => launch(stream, config, pairs, direction, weight, logits, gradient, metrics);
    }
}
