namespace GanGpu.Benchmarks;

/// <summary>Milliseconds a step over many slices.</summary>
/// <param name="Best">The fastest slice: the one that other work on the machine disturbed least.</param>
/// <param name="Median">Half of the slices were faster.</param>
/// <param name="Lower">A quarter of the slices was faster.</param>
/// <param name="Upper">Three quarters were faster.</param>
internal readonly record struct Timing(double Best, double Median, double Lower, double Upper)
{
    public static Timing Of(IReadOnlyCollection<double> slices)
    {
        double[] sorted = [.. slices.Order()];
        return new(sorted[0], At(sorted, 0.5), At(sorted, 0.25), At(sorted, 0.75));
    }

    public override string ToString() => FormattableString.Invariant($"{Median:F3} [{Lower:F3}, {Upper:F3}], {Best:F3}");

    private static double At(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
