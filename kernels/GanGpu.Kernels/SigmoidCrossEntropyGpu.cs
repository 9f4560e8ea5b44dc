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
    private const int GroupSize = 64;

    /// <summary>
    /// One group, so that the sums have one order: thread i takes the logits i, i + 64, …, then a tree adds the 64 sums.
    /// A GAN's logits are few; more groups would only add launches.
    /// </summary>
    public static void SigmoidCrossEntropyKernel(int rows, BinaryTargets targets, ArrayView<float> logits, ArrayView<float> gradient, ArrayView<float> figures)
    {
        ArrayView<float> firstLoss = SharedMemory.Allocate<float>(GroupSize);
        ArrayView<float> secondLoss = SharedMemory.Allocate<float>(GroupSize);
        ArrayView<float> firstRight = SharedMemory.Allocate<float>(GroupSize);
        ArrayView<float> secondRight = SharedMemory.Allocate<float>(GroupSize);

        int thread = Group.IdxX;
        float firstRows = targets.Split, secondRows = rows - targets.Split;
        float loss0 = 0f, loss1 = 0f, right0 = 0f, right1 = 0f;
        for (int i = thread; i < rows; i += GroupSize)
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
            gradient[i] = (first ? targets.FirstWeight / firstRows : targets.SecondWeight / secondRows) * difference;

            loss0 += first ? loss : 0f;
            loss1 += first ? 0f : loss;
            right0 += first ? right : 0f;
            right1 += first ? 0f : right;
        }

        firstLoss[thread] = loss0;
        secondLoss[thread] = loss1;
        firstRight[thread] = right0;
        secondRight[thread] = right1;
        for (int half = GroupSize / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
            {
                firstLoss[thread] += firstLoss[thread + half];
                secondLoss[thread] += secondLoss[thread + half];
                firstRight[thread] += firstRight[thread + half];
                secondRight[thread] += secondRight[thread + half];
            }
        }

        // The last sums are thread 0's own: no barrier is needed to read them. An empty part's are 0, divided by 1.
        float divisor0 = firstRows > 0f ? firstRows : 1f, divisor1 = secondRows > 0f ? secondRows : 1f;
        if (thread == 0)
        {
            figures[0] = firstLoss[0] / divisor0;
            figures[1] = secondLoss[0] / divisor1;
            figures[2] = firstRight[0] / divisor0;
            figures[3] = secondRight[0] / divisor1;
        }
    }

    public Action Bind(AcceleratorStream stream, BinaryTargets targets, ArrayView<float> logits, ArrayView<float> gradient, ArrayView<float> figures)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, BinaryTargets, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(SigmoidCrossEntropyKernel);
        int rows = logits.IntLength;
        KernelConfig config = new(1, GroupSize);
        return () => launch(stream, config, rows, targets, logits, gradient, figures);
    }
}
