
namespace GanGpu.Tests.Reference;

/// <summary>
/// Adam over many steps in float64 (Kingma and Ba, ICLR 2015, algorithm 1 with the bias corrections as printed).
/// </summary>
internal sealed class ReferenceAdam(AdamOptions options, float[] start, uint done)
{
    private readonly double[] m = new double[start.Length], v = new double[start.Length];
    private uint t = done;

    public double[] Parameters { get; } = [.. start.Select(value => (double)value)];

    public void Step(float[] gradient)
    {
        t++;
        for (int i = 0; i < gradient.Length; i++)
        {
            m[i] = (options.Beta1 * m[i]) + ((1 - options.Beta1) * gradient[i]);
            v[i] = (options.Beta2 * v[i]) + ((1 - options.Beta2) * gradient[i] * gradient[i]);
            double unbiased = m[i] / (1 - Math.Pow(options.Beta1, t)), scale = v[i] / (1 - Math.Pow(options.Beta2, t));
            Parameters[i] -= options.LearningRate * unbiased / (Math.Sqrt(scale) + options.Epsilon);
        }
    }
}
