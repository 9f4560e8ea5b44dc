using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// The sigmoid cross-entropy of n logits and its gradient in one pass, from the stable form
/// loss = max(x,0) − x·t + log1p(e^−|x|); gradient = weight · (σ(x) − t) / rows of the part. See <see cref="BinaryTargets"/>.
/// Overwrites gradient [n] and figures [4]: mean loss of the first part, of the second, share of logits on their target's
/// side of zero in the first, in the second.
/// </summary>
internal sealed class SigmoidCrossEntropyGpu(KernelLoader loader)
{
    /// <summary>What a group adds up: two losses, two counts of right logits, the gradient.</summary>
    public const int Sums = 5;

    /// <summary>Which of the sums is that of the gradient.</summary>
    public const int GradientSum = 4;

    private const int GroupSize = 64;

    /// <summary>One group, so that the sums have one order. A GAN's logits are few; more groups would only add launches.</summary>
    public static void SigmoidCrossEntropyKernel(int rows, BinaryTargets targets, ArrayView<float> logits, ArrayView<float> gradient, ArrayView<float> figures)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(GroupSize * Sums);
        Loss(rows, targets, Group.IdxX, GroupSize, logits, gradient, sums);
        if (Group.IdxX == 0)
            StoreFigures(rows, targets, GroupSize, sums, figures);
    }

    /// <summary>
    /// Gradients, and sums[s · threads] for each of the <see cref="Sums"/>: a thread takes the logits i, i + threads, …, then
    /// a tree adds the threads' sums. All threads of a group call it, their number a power of two; gradient may be logits.
    /// Afterwards every thread may read sums and gradient.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Loss(int rows, BinaryTargets targets, int thread, int threads, ArrayView<float> logits, ArrayView<float> gradient, ArrayView<float> sums)
    {
        float firstRows = targets.Split, secondRows = rows - targets.Split;
        float loss0 = 0f, loss1 = 0f, right0 = 0f, right1 = 0f, slopes = 0f;
        for (int i = thread; i < rows; i += threads)
        {
            bool first = i < targets.Split;
            float x = logits[i];
            float t = first ? targets.First : targets.Second;
            float e = PreciseMath.ExpOfMinusMagnitude(x);
            float loss = (x > 0f ? x : 0f) - x * t + PreciseMath.Log1p(e);
            float right = (t >= 0.5f ? x > 0f : x <= 0f) ? 1f : 0f;

            // σ(x) − t, without σ being rounded to 1 first: a sure and right logit keeps its small gradient.
            float tail = e / (1f + e);
            float difference = x > 0f ? 1f - t - tail : tail - t;
            float slope = (first ? targets.FirstWeight / firstRows : targets.SecondWeight / secondRows) * difference;
            gradient[i] = slope;

            slopes += slope;
            loss0 += first ? loss : 0f;
            loss1 += first ? 0f : loss;
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

    /// <summary>The figures, from what <see cref="Loss"/> left; called by one thread. An empty part's are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFigures(int rows, BinaryTargets targets, int threads, ArrayView<float> sums, ArrayView<float> figures)
    {
        float first = targets.Split > 0 ? targets.Split : 1, second = rows > targets.Split ? rows - targets.Split : 1;
        figures[0] = sums[0] / first;
        figures[1] = sums[threads] / second;
        figures[2] = sums[2 * threads] / first;
        figures[3] = sums[3 * threads] / second;
    }

    public Action Bind(AcceleratorStream stream, BinaryTargets targets, ArrayView<float> logits, ArrayView<float> gradient, ArrayView<float> figures)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, BinaryTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(SigmoidCrossEntropyKernel);
        int rows = logits.IntLength;
        KernelConfig config = new(1, GroupSize);
        return () => launch(stream, config, rows, targets, logits, gradient, figures);
    }
}
