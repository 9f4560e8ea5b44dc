using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>
/// The kernel distance: the squared maximum mean discrepancy with the kernel k(x, y) = (x·y / dimension + 1)³, in its
/// unbiased form (Bińkowski et al. 2018, arXiv:1801.01401, who call it KID in Inception's features and so only there).
/// 0 on average where both sets are of one kind, so that it may come out below 0. It is measured on blocks of samples
/// that share none, and reported as their mean: that makes the standard error honest, which it is not over subsets that
/// overlap.
/// </summary>
public sealed record KernelDistance : FeatureMeasurement
{
    /// <summary>Samples of a block; the authors' subsets have as many.</summary>
    public const int DefaultBlockSize = 1000;

    /// <summary>The mean over blocks.</summary>
    public required double Distance { get; init; }

    /// <summary>The standard error of that mean; null where there is but one block.</summary>
    public required double? StandardError { get; init; }

    /// <summary>Blocks; samples that fill none are left out.</summary>
    public required int Blocks { get; init; }

    /// <summary>Samples of either set in a block.</summary>
    public required int BlockSize { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "kernel";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures => [Of("kernel distance", false, Distance, "G4", StandardError)];

    /// <summary>Measures samples.</summary>
    /// <param name="device">Where products are computed.</param>
    /// <param name="real">Real samples, at least two.</param>
    /// <param name="generated">Generated samples, at least two.</param>
    /// <param name="blockSize">Samples of a block, at least two; all there are where there are fewer.</param>
    /// <param name="seed">Decides which samples make a block.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="ArgumentException">The sets have samples of different sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A block has fewer than two samples.</exception>
    /// <exception cref="InvalidInputException">A set has one sample, or the device rounds the factors of
    /// products.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KernelDistance Between(
        Device device, FeatureSet real, FeatureSet generated, int blockSize = DefaultBlockSize, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 2);
        FeatureSet.SharedDimension(real, generated);
        int fewest = Math.Min(real.Count, generated.Count), size = Math.Min(blockSize, fewest), blocks = fewest / size;
        if (fewest < 2)
            throw new InvalidInputException("The kernel distance needs at least two samples of each set.");
        int[] realOrder = SampleDraw.Permutation(real.Count, seed, 0),
            generatedOrder = SampleDraw.Permutation(generated.Count, seed, 1);
        double[] distances = new double[blocks];
        for (int i = 0; i < blocks; i++)
        {
            FeatureSet x = real.Pick(realOrder.AsSpan(i * size, size)),
                y = generated.Pick(generatedOrder.AsSpan(i * size, size));
            double pairs = (double)size * (size - 1);
            distances[i] = (KernelSum(device, x, x, cancellationToken) / pairs)
                + (KernelSum(device, y, y, cancellationToken) / pairs)
                - (2 * KernelSum(device, x, y, cancellationToken) / ((double)size * size));
        }

        double mean = distances.Average();
        return new KernelDistance
        {
            Distance = mean,
            StandardError = blocks > 1
                ? Math.Sqrt(distances.Sum(value => (value - mean) * (value - mean)) / (blocks - 1) / blocks) : null,
            Blocks = blocks,
            BlockSize = size,
            Real = real.Count,
            Generated = generated.Count,
        };
    }

    /// <summary>Such as "0.00312 ± 0.00021 (10000 generated, 10000 real samples; 10 blocks of 1000)".</summary>
    public override string ToString()
    {
        string error = StandardError is { } known ? FormattableString.Invariant($" ± {known:G3}") : "";
        return FormattableString.Invariant(
            $"{Distance:G4}{error} ({Generated} generated, {Real} real samples; {Blocks} blocks of {BlockSize})");
    }

    /// <summary>Σ k over all pairs of samples, without those of a sample with itself.</summary>
    private static double KernelSum(Device device, FeatureSet a, FeatureSet b, CancellationToken cancellation)
    {
        double[] sums = new double[a.Count];
        double dimension = a.Dimension;
        PairwiseProducts.ForEachRow(device, a, b, Visit, cancellation);
        return sums.Sum();

        void Visit(int row, Span<float> products)
        {
            double sum = 0;
            for (int i = 0; i < products.Length; i++)
            {
                double x = (products[i] / dimension) + 1;
                if (i != row || !ReferenceEquals(a, b))
                    sum += x * x * x;
            }

            sums[row] = sum;
        }
    }
}
