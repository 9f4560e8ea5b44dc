using System.Globalization;
using System.Text.Json.Serialization;

namespace GanGpu;

/// <summary>
/// How generated images spread over the classes of their data, by a classifier: a generator that has dropped a class,
/// or hardly draws it, shows here while its losses look well.
/// </summary>
public sealed record ClassShares
{
    /// <summary>A class is missing if its share is below this part of the expected one.</summary>
    public const double MissingBelow = 0.1;

    /// <summary>A class fades if its share is below this part of the expected one.</summary>
    public const double FadingBelow = 0.5;

    /// <summary>An image is clear if the probability that it is of one class and of no other is above this.</summary>
    public const double ClearAbove = 0.9;

    /// <summary>Standard deviations that chance is given before a class lacks something.</summary>
    private const double Chance = 4;

    /// <summary>Generated images that were looked at.</summary>
    public required int Samples { get; init; }

    /// <summary>Of each class the share of the images that are taken for it, 0..1.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>
    /// The share that each class should have, 0..1: that of the data, or an equal one where the generator is asked for
    /// each class as often.
    /// </summary>
    public required IReadOnlyList<double> Expected { get; init; }

    /// <summary>The names of the classes; null where they have numbers alone.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The share of the images that are clear, 0..1.</summary>
    public required double Clear { get; init; }

    /// <summary>Classes that the data has.</summary>
    public int Classes => Expected.Count(expected => expected > 0);

    /// <summary>Of those the classes that are not missing.</summary>
    public int Covered => Classes - Missing.Count;

    /// <summary>
    /// The reverse Kullback-Leibler divergence Σ q ln(q / p) of the shares q from the expected ones p in nats: 0 where
    /// they are the same.
    /// </summary>
    public double ReverseKl =>
        Divergence.KullbackLeibler(Shares, Expected.Select(p => Math.Max(p, 1.0 / Samples)));

    /// <summary>The numbers of classes that are missing, beyond chance.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Missing => Below(MissingBelow);

    /// <summary>The numbers of classes that fade, beyond chance, and are not missing.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Fading => [.. Below(FadingBelow).Except(Missing)];

    /// <summary>Whether shares read from a file can be those of classes.</summary>
    internal bool IsSound => Samples > 0 && Shares is { Count: > 0 and <= byte.MaxValue + 1 }
        && Expected?.Count == Shares.Count && (Names is null || Names.Count == Shares.Count)
        && Shares.Concat(Expected).Append(Clear).All(share => share is >= 0 and <= 1);

    internal static ClassShares Of(
        ReadOnlySpan<byte> classes, ReadOnlySpan<float> confidence, IReadOnlyList<double> expected,
        IReadOnlyList<string>? names)
    {
        int clear = 0;
        foreach (float probability in confidence)
            clear += probability > ClearAbove ? 1 : 0;
        return new()
        {
            Samples = classes.Length,
            Shares = SharesOf(classes, expected.Count),
            Expected = expected,
            Names = names,
            Clear = (double)clear / classes.Length,
        };
    }

    /// <summary>The name of a class, or its number if it has none.</summary>
    /// <param name="number">Its number, from 0 on.</param>
    public string NameOf(int number) => Names is { } names && number >= 0 && number < names.Count ? names[number]
        : FormattableString.Invariant($"{number}");

    /// <summary>
    /// Which classes are missing or fade, such as "classes 0 and 2 are missing; class 6 fades (2.6 % of the samples
    /// instead of 10.0 %)"; null if none does.
    /// </summary>
    public string? Lack()
    {
        string text = string.Join(
            "; ", new[] { Sentence(Missing, "is missing", "are missing"), Sentence(Fading, "fades", "fade") }
            .Where(part => part is not null));
        return text.Length > 0 ? text : null;
    }

    /// <summary>
    /// Such as "9 of 10 classes, reverse KL 0.1034 nats, 87.2 % of samples clear (2500 generated samples)".
    /// </summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Covered} of {Classes} classes, reverse KL {ReverseKl:F4} nats, {100 * Clear:F1} % of samples clear " +
            $"({Samples} generated samples)");

    /// <summary>The share that each class should have.</summary>
    internal static double[] Expecting(DataSet data, int classes, bool asked)
    {
        if (asked)
            return [.. Enumerable.Repeat(1.0 / classes, classes)];
        return data.Labels.IsEmpty ? throw new ArgumentException($"'{data.Name}' has no labels.")
            : SharesOf(data.Labels.Span, classes);
    }

    private static double[] SharesOf(ReadOnlySpan<byte> labels, int classes)
    {
        double[] shares = new double[classes];
        foreach (byte label in labels)
            shares[label] += 1.0 / labels.Length;
        return shares;
    }

    private IReadOnlyList<int> Below(double part) => [.. Enumerable.Range(0, Shares.Count).Where(i =>
        Shares[i] < part * Expected[i]
            && (Expected[i] - Shares[i]) * Samples > Chance * Math.Sqrt(Expected[i] * Samples))];

    private string? Sentence(IReadOnlyList<int> classes, string one, string several)
    {
        const int Most = 8;
        if (classes.Count == 0)
            return null;
        string[] named = [.. classes.Take(Most).Select(NameOf)];
        string list = classes.Count > Most
            ? FormattableString.Invariant($"{string.Join(", ", named)} and {classes.Count - Most} more")
            : named.Length == 1 ? named[0] : $"{string.Join(", ", named[..^1])} and {named[^1]}";
        string shares = classes.Count == 1
            ? FormattableString.Invariant(
                $" ({100 * Shares[classes[0]]:F1} % of the samples instead of {100 * Expected[classes[0]]:F1} %)") : "";
        return $"{(classes.Count == 1 ? "class" : "classes")} {list} {(classes.Count == 1 ? one : several)}{shares}";
    }
}
