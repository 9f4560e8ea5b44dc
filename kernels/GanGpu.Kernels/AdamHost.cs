namespace GanGpu.Kernels;

/// <summary>Starts a step: t ← t + 1 and Adam's two coefficients of that step, α / (1 − β1^t) and 1 / √(1 − β2^t).</summary>
internal sealed unsafe class AdvanceStepHost(AdamOptions options, uint* step, float* learningRate, float* coefficients) : TeamWork
{
    public override void Run(int part, int parts)
    {
        uint t = ++*step;
        coefficients[0] = (float)(*learningRate / (1 - Math.Pow(options.Beta1, t)));
        coefficients[1] = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, t)));
    }
}

/// <summary>
/// One step of Adam over a whole arena (Kingma and Ba 2015, algorithm 1): m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g²,
/// θ ← θ − α_t · m / (√v · c_t + ε) with the coefficients that <see cref="AdvanceStepHost"/> wrote.
/// </summary>
internal sealed unsafe class AdamHost<TSimd>(AdamOptions options, float* coefficients, int count, float* parameters, float* gradients, float* firstMoment, float* secondMoment) : TeamWork
    where TSimd : unmanaged, ISimd<TSimd>
{
    public override void Run(int part, int parts)
    {
        TSimd beta1 = TSimd.Splat((float)options.Beta1), rest1 = TSimd.Splat((float)(1 - options.Beta1));
        TSimd beta2 = TSimd.Splat((float)options.Beta2), rest2 = TSimd.Splat((float)(1 - options.Beta2));
        TSimd epsilon = TSimd.Splat((float)options.Epsilon), alpha = TSimd.Splat(-coefficients[0]), correction = TSimd.Splat(coefficients[1]);
        (int begin, int end) = Share((count + TSimd.Width - 1) / TSimd.Width, part, parts);
        for (int i = begin * TSimd.Width; i < end * TSimd.Width; i += TSimd.Width)
        {
            int lanes = Math.Min(TSimd.Width, count - i);
            bool whole = lanes == TSimd.Width;
            TSimd g = whole ? TSimd.Load(gradients + i) : SimdTail.LoadPartial<TSimd>(gradients + i, lanes);
            TSimd m = whole ? TSimd.Load(firstMoment + i) : SimdTail.LoadPartial<TSimd>(firstMoment + i, lanes);
            TSimd v = whole ? TSimd.Load(secondMoment + i) : SimdTail.LoadPartial<TSimd>(secondMoment + i, lanes);
            TSimd theta = whole ? TSimd.Load(parameters + i) : SimdTail.LoadPartial<TSimd>(parameters + i, lanes);
            m = TSimd.Fma(beta1, m, rest1 * g);
            v = TSimd.Fma(beta2, v, rest2 * g * g);
            theta = TSimd.Fma(alpha, m / TSimd.Fma(TSimd.Sqrt(v), correction, epsilon), theta);
            if (whole)
            {
                TSimd.Store(m, firstMoment + i);
                TSimd.Store(v, secondMoment + i);
                TSimd.Store(theta, parameters + i);
            }
            else
            {
                SimdTail.StorePartial(m, firstMoment + i, lanes);
                SimdTail.StorePartial(v, secondMoment + i, lanes);
                SimdTail.StorePartial(theta, parameters + i, lanes);
            }
        }
    }
}
