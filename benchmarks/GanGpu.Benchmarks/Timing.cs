namespace GanGpu.Benchmarks;

/// <summary>Milliseconds a repetition over many slices.</summary>
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

    public override string ToString() =>
        FormattableString.Invariant($"{Median:F3} [{Lower:F3}, {Upper:F3}], {Best:F3}");

    /// <summary>The same in 10⁹ operations a second.</summary>
    /// <param name="operations">Of one repetition.</param>
    public string Gigaflops(double operations)
    {
        double scaled = operations * 1e-6;
        return FormattableString.Invariant(
            $"{scaled / Median:F1} [{scaled / Upper:F1}, {scaled / Lower:F1}], {scaled / Best:F1}");
    }

    private static double At(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
