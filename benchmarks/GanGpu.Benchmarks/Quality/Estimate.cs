namespace GanGpu.Benchmarks.Quality;

/// <summary>A mean of independent runs and its standard error.</summary>
internal readonly record struct Estimate(double Mean, double StandardError)
{
    /// <param name="values">Two or more; of one the error is not known.</param>
    public static Estimate Of(double[] values)
    {
        double mean = values.Average();
        return new(
            mean, Math.Sqrt(
                values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1.0) / values.Length));
    }

    /// <summary>The ratio of two independent means; its error to first order.</summary>
    public Estimate Over(Estimate other)
    {
        double ratio = Mean / other.Mean, of = StandardError / Mean, by = other.StandardError / other.Mean;
        return new(ratio, ratio * Math.Sqrt((of * of) + (by * by)));
    }

    public override string ToString() => FormattableString.Invariant($"{Mean:F3} ± {StandardError:F3}");
}
