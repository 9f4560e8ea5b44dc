namespace GanGpu;

/// <summary>The Kullback-Leibler divergence of discrete distributions.</summary>
internal static class Divergence
{
    /// <summary>Σ q ln(q / p) in nats; infinite if p is 0 where q is not.</summary>
    /// <param name="q">Shares that sum to 1.</param>
    /// <param name="p">Shares of the same outcomes.</param>
    public static double KullbackLeibler(IEnumerable<double> q, IEnumerable<double> p) => q.Zip(p, Term).Sum();

    /// <summary>From equal shares, which makes it 0 to ln n.</summary>
    public static double FromEqual(IReadOnlyCollection<double> q) =>
        KullbackLeibler(q, Enumerable.Repeat(1.0 / q.Count, q.Count));

    private static double Term(double q, double p) => q == 0 ? 0 : q * Math.Log(q / p);
}
