namespace GanGpu.Kernels;

/// <summary>
/// Cross-entropy of logits x with targets t, max(x,0) − x·t + ln(1 + e^−|x|), its gradient weight · (σ(x) − t) / rows of the
/// part, and the figures of both parts; see <see cref="BinaryTargets"/>. One thread: a batch has few logits, and a sum
/// must not depend on how many threads there are.
/// </summary>
internal sealed unsafe class SigmoidCrossEntropyHost<TSimd>(BinaryTargets targets, int count, float* logits, float* gradient, float* figures) : TeamWork
    where TSimd : unmanaged, ISimd<TSimd>
{
    public override void Run(int part, int parts)
    {
        Part(0, targets.Split, targets.First, targets.FirstWeight, figures);
        Part(targets.Split, count, targets.Second, targets.SecondWeight, figures + 1);
    }

    private void Part(int begin, int end, float target, float weight, float* figure)
    {
        double loss = 0;
        int right = 0, rows = end - begin;
        float* lossLanes = stackalloc float[TSimd.Width];
        TSimd t = TSimd.Splat(target), scale = TSimd.Splat(weight / rows), one = TSimd.Splat(1f), zero = default;
        for (int i = begin; i < end; i += TSimd.Width)
        {
            int lanes = Math.Min(TSimd.Width, end - i);
            TSimd x = lanes == TSimd.Width ? TSimd.Load(logits + i) : SimdTail.LoadPartial<TSimd>(logits + i, lanes);
            TSimd e = VectorMath.Exp(zero - TSimd.Abs(x));
            TSimd sigmoid = TSimd.WhereGreater(zero, x, e, one) / (one + e);
            TSimd losses = TSimd.WhereGreater(x, zero, x, zero) - (x * t) + VectorMath.Log1pOfUnit(e);
            SimdTail.StorePartial((sigmoid - t) * scale, gradient + i, lanes);
            TSimd.Store(losses, lossLanes);
            for (int lane = 0; lane < lanes; lane++)
            {
                loss += lossLanes[lane];
                right += logits[i + lane] > 0f == target >= 0.5f ? 1 : 0;
            }
        }

        figure[0] = rows == 0 ? 0f : (float)(loss / rows);
        figure[2] = rows == 0 ? 0f : (float)right / rows;
    }
}
