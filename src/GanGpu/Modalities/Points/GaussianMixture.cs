using System.Globalization;
using GanGpu.Kernels;
using GanGpu.Modalities.Points;

namespace GanGpu.Measures;

/// <summary>
/// Points in the plane around some centres, all equally likely, each with the same normal noise in both directions: the
/// data on which it can be counted what a generator leaves out.
/// </summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Centers">The modes' means, at least one and at most 256.</param>
/// <param name="StandardDeviation">Of each coordinate around its mode's mean, above 0.</param>
public sealed record GaussianMixture(string Name, IReadOnlyList<(double X, double Y)> Centers, double StandardDeviation)
{
    private const int MostCenters = 256;

    /// <summary>
    /// 8 modes on a circle of radius 1, standard deviation 0.01: "2D-ring" of VEEGAN and PacGAN (Lin et al. 2018,
    /// arXiv:1712.04086).
    /// </summary>
    public static GaussianMixture Ring { get; } = new("ring", OnCircle(8, 1), 0.01);

    /// <summary>25 modes at {−4, −2, 0, 2, 4}², standard deviation 0.05: "2D-grid" of VEEGAN and PacGAN.</summary>
    public static GaussianMixture Grid { get; } = new("grid", OnGrid(2), 0.05);

    /// <summary>
    /// 8 modes on a circle of radius 2, standard deviation 0.02, all divided by 1.414: the first toy set of WGAN-GP's
    /// authors (Gulrajani et al. 2017, arXiv:1704.00028).
    /// </summary>
    public static GaussianMixture EightGaussians { get; } = new("8gaussians", OnCircle(8, 2 / 1.414), 0.02 / 1.414);

    /// <summary>25 modes at {−4, −2, 0, 2, 4}², standard deviation 0.05, all divided by 2.828: their second.</summary>
    public static GaussianMixture TwentyFiveGaussians { get; } = new("25gaussians", OnGrid(2 / 2.828), 0.05 / 2.828);

    /// <summary>Those that have a name.</summary>
    public static IReadOnlyList<GaussianMixture> All { get; } = [Ring, Grid, EightGaussians, TwentyFiveGaussians];

    /// <summary>Draws points; the label of each is the number of its mode.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides them; point i of a seed is the same for every count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    /// <exception cref="InvalidInputException">There are no centres, or more than a label can number, or the deviation
    /// is no number above 0.</exception>
    public DataSet Draw(int count = SyntheticPoints.DefaultCount, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (Centers.Count is < 1 or > MostCenters || !(StandardDeviation > 0) || !double.IsFinite(StandardDeviation))
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"A mixture has 1 to {MostCenters} centres and a deviation above 0, not {Centers.Count} and " +
                    $"{StandardDeviation}."));
        return SyntheticPoints.Draw(this, count, seed);
    }

    private static (double X, double Y)[] OnCircle(int count, double radius) =>
        [.. Enumerable.Range(0, count)
            .Select(i => (radius * Math.Cos(2 * Math.PI * i / count), radius * Math.Sin(2 * Math.PI * i / count)))];

    private static (double X, double Y)[] OnGrid(double spacing) =>
        [.. Enumerable.Range(0, 25).Select(i => (spacing * ((i / 5) - 2), spacing * ((i % 5) - 2)))];

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(GaussianMixture), PrintMembers);
}
