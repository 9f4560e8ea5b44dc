using System.Globalization;
using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>
/// The Fréchet distance of two sets of samples, each taken for a normal distribution (Dowson and Landau 1982; for GANs
/// Heusel et al. 2017, arXiv:1706.08500): ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½), 0 and more, in the squared
/// unit of the features. It depends on the features, so that only distances in the same ones can be compared; only in
/// those of one certain Inception network is it what is called FID. It is biased: fewer samples give greater distances,
/// and the figures of different numbers of samples can't be compared.
/// </summary>
public sealed record FrechetDistance : FeatureMeasurement
{
    private const int RowsAtOnce = 16;

    /// <summary>The distance.</summary>
    public required double Distance { get; init; }

    /// <summary>What of it is due to the means, ‖μ₁ − μ₂‖².</summary>
    public required double OfMeans { get; init; }

    /// <summary>Numbers of a sample.</summary>
    public required int Dimension { get; init; }

    /// <summary>What it is called in this space, see <see cref="IFeatureNetwork.FrechetName"/>.</summary>
    public string Name { get; init; } = IFeatureNetwork.DefaultFrechetName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "frechet";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures => [Of(Name, false, Distance, "G4")];

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Remarks =>
    [
        .. Name == IFeatureNetwork.DefaultFrechetName ? Array.Empty<string>() :
        [
            $"It is called {Name} on your word that the network is that of {Name}; with other numbers of samples or " +
                "other real images it is another figure.",
        ],
        .. Math.Min(Generated, Real) > Dimension ? Array.Empty<string>() :
        [
            FormattableString.Invariant(
                $"The {Name} says little: {Dimension} dimensions need more than {Dimension} samples of each kind."),
        ],
    ];

    /// <summary>
    /// Measures samples. Means and covariances are those of the samples, the latter unbiased (divided by n − 1), all in
    /// float64.
    /// </summary>
    /// <param name="real">Real samples, at least two; with fewer than dimensions it means little.</param>
    /// <param name="generated">Generated samples, likewise.</param>
    /// <param name="cancellationToken">Ends it between the columns of a covariance.</param>
    /// <exception cref="ArgumentException">The sets have samples of different sizes.</exception>
    /// <exception cref="InvalidInputException">A set has one sample, or samples have more than 46,340 dimensions, whose
    /// covariance no array holds.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FrechetDistance Between(
        FeatureSet real, FeatureSet generated, CancellationToken cancellationToken = default)
    {
        int n = FeatureSet.SharedDimension(real, generated);
        if (real.Count < 2 || generated.Count < 2)
            throw new InvalidInputException("The Fréchet distance needs at least two samples of each set.");
        if ((long)n * n > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The Fréchet distance takes samples of at most {(int)Math.Sqrt(Array.MaxLength):N0} dimensions, " +
                    $"not {n:N0}: no array holds their covariance."));
        (double[] realMean, double[] realCovariance) = Moments(real);
        (double[] generatedMean, double[] generatedCovariance) = Moments(generated);
        double ofMeans = 0, traces = 0;
        for (int i = 0; i < n; i++)
        {
            ofMeans += Math.Pow(realMean[i] - generatedMean[i], 2);
            traces += realCovariance[(i * n) + i] + generatedCovariance[(i * n) + i];
        }

        double distance = ofMeans + traces
            - (2 * TraceOfRoot(realCovariance, generatedCovariance, n, cancellationToken));
        return new FrechetDistance
        {
            // Below zero there is only rounding.
            Distance = Math.Max(0, distance),
            OfMeans = ofMeans,
            Dimension = n,
            Real = real.Count,
            Generated = generated.Count,
        };
    }

    /// <summary>Such as "12.41, of which means 3.20 (10000 generated, 10000 real samples; 128 dimensions)".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Distance:G4}, of which means {OfMeans:G3} ({Generated} generated, {Real} real samples; {Dimension} " +
            $"dimensions)");

    /// <summary>tr (A^½ B A^½)^½, A and B positive semi-definite.</summary>
    internal static double TraceOfRoot(double[] a, double[] b, int n, CancellationToken cancellation = default)
    {
        // With A = Rᵀ R the eigenvalues of A^½ B A^½, those of A B, are those of C = R B Rᵀ, besides zeros; it is as
        // large as A's rank.
        double[][] r = PivotedCholesky.Decompose(a, n, cancellation);
        int rank = r.Length, blocks = (rank + RowsAtOnce - 1) / RowsAtOnce;
        double[] c = new double[rank * rank];
        Parallel.For(0, blocks, block =>
        {
            int first = block * RowsAtOnce, last = Math.Min(rank, first + RowsAtOnce);
            double[][] rb = [.. Enumerable.Range(first, last - first).Select(_ => new double[n])];
            for (int k = 0; k < n; k++)
            {
                for (int i = first; i < last; i++)
                    SymmetricEigen.AddScaled(rb[i - first], b.AsSpan(k * n, n), r[i][k]);
            }

            for (int j = 0; j < last; j++)
            {
                for (int i = Math.Max(first, j); i < last; i++)
                    c[(i * rank) + j] = c[(j * rank) + i] = SymmetricEigen.Dot(rb[i - first], r[j]);
            }
        });
        return SymmetricEigen.Values(c, rank, cancellation).Sum(value => Math.Sqrt(Math.Max(0, value)));
    }

    /// <summary>The mean and the unbiased covariance.</summary>
    private static (double[] Mean, double[] Covariance) Moments(FeatureSet set)
    {
        int n = set.Dimension;
        double[] mean = new double[n], covariance = new double[n * n];
        for (int i = 0; i < set.Count; i++)
        {
            for (int j = 0; j < n; j++)
                mean[j] += set.Values[(i * n) + j];
        }

        for (int j = 0; j < n; j++)
            mean[j] /= set.Count;
        // Some rows of the covariance at a time, which stay in the cache while all samples pass by.
        Parallel.For(0, (n + RowsAtOnce - 1) / RowsAtOnce, block =>
        {
            int first = block * RowsAtOnce, last = Math.Min(n, first + RowsAtOnce);
            double[] moved = new double[n];
            for (int i = 0; i < set.Count; i++)
            {
                for (int j = first; j < n; j++)
                    moved[j] = set.Values[(i * n) + j] - mean[j];
                for (int row = first; row < last; row++)
                    SymmetricEigen.AddScaled(
                        covariance.AsSpan((row * n) + row, n - row), moved.AsSpan(row), moved[row]);
            }
        });
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
                covariance[(j * n) + i] = covariance[(i * n) + j] /= set.Count - 1;
        }

        return (mean, covariance);
    }
}
