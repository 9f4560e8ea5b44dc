using System.Globalization;

namespace GanGpu;

public static partial class Latents
{
    /// <summary>So far out hardly one value in a thousand million lies; from here on nothing is truncated.</summary>
    private const double Everything = 6;

    /// <summary>Bisections of an interval of at most <see cref="Everything"/>: more than float32 can tell.</summary>
    private const int Bisections = 48;

    /// <summary>
    /// Moves latent vectors nearer to the middle of their distribution, so that samples become more typical, and less
    /// different from each other (the truncation trick of Brock et al., "Large scale GAN training", 2018,
    /// arXiv:1809.11096). Each keeps its own place among the others, so that a sample changes little by little with the
    /// truncation.
    /// </summary>
    /// <param name="latents">Values drawn from the distribution.</param>
    /// <param name="distribution">What they were drawn from.</param>
    /// <param name="truncation">
    /// Above 0. Of normal noise the value beyond which none may lie: the result has the distribution that redrawing
    /// every value beyond it would give, each value being moved to the same quantile of it. Of uniform noise the factor
    /// of all values, at most 1.
    /// </param>
    /// <returns>As many values.</returns>
    /// <exception cref="InvalidInputException">The truncation is out of range.</exception>
    public static float[] Truncate(ReadOnlySpan<float> latents, NoiseDistribution distribution, double truncation)
    {
        if (!(truncation > 0) || !double.IsFinite(truncation))
            throw new InvalidInputException(
                FormattableString.Invariant($"The truncation must be a finite number above 0, not {truncation}."));
        if (distribution == NoiseDistribution.Uniform && truncation > 1)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"This generator's noise is uniform, so the truncation is a factor of at most 1, not " +
                    $"{truncation}."));
        float[] result = latents.ToArray();
        if (distribution == NoiseDistribution.Normal && truncation >= Everything)
            return result;
        double outside = distribution == NoiseDistribution.Normal ? TwoTails(truncation) : 0;
        for (int i = 0; i < result.Length; i++)
            result[i] = distribution == NoiseDistribution.Uniform ? (float)(result[i] * truncation)
                : Moved(result[i], truncation, outside);
        return result;
    }

    /// <summary>
    /// The value beyond which the truncated distribution has as large a share as the normal one has beyond the given
    /// one.
    /// </summary>
    private static float Moved(float value, double truncation, double outside)
    {
        double share = TwoTails(Math.Abs(value)), wanted = outside + ((1 - outside) * share), low = 0,
            high = truncation;
        for (int i = 0; i < Bisections; i++)
        {
            double middle = (low + high) / 2;
            if (TwoTails(middle) > wanted)
                low = middle;
            else
                high = middle;
        }

        return (float)Math.CopySign((low + high) / 2, value);
    }

    /// <summary>The share of a normal distribution that lies further from 0 than x, erfc(x/√2).</summary>
    /// <param name="x">At least 0.</param>
    internal static double TwoTails(double x)
    {
        const double Far = 3;
        double density = Math.Exp(-x * x / 2) * Math.Sqrt(2 / Math.PI);
        if (x < Far)
        {
            // The series x + x³/3 + x⁵/(3·5) + …, times the density, is the share within.
            double sum = x, term = x;
            for (int k = 3; term > sum * 1e-17; k += 2)
                sum += term *= x * x / k;
            return 1 - (density * sum);
        }

        // Mills' ratio as Laplace's continued fraction, from its far end.
        double fraction = x;
        for (int k = 60; k >= 1; k--)
            fraction = x + (k / fraction);
        return density / fraction;
    }
}
