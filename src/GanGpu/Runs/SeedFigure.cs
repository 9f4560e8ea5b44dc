using System.Text.Json.Serialization;
using GanGpu.Measures;

namespace GanGpu;

/// <summary>What a seed's generator is worth.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Evaluation">Null if its training diverged.</param>
/// <param name="Diverged">What its training said then; null if it did not.</param>
public sealed record SeedResult(ulong Seed, Evaluation? Evaluation, string? Diverged = null);

/// <summary>A figure of several seeds, those that diverged left out.</summary>
internal sealed record SeedFigure
{
    /// <summary>What was measured.</summary>
    public required string Measure { get; init; }

    /// <summary>Which way is better.</summary>
    public required bool GreaterIsBetter { get; init; }

    /// <summary>Seeds that have the figure.</summary>
    public required int Seeds { get; init; }

    /// <summary>Over the seeds.</summary>
    public required double Mean { get; init; }

    /// <summary>Of the mean: the deviation over the seeds, divided by √seeds; null for a single seed.</summary>
    public required double? StandardError { get; init; }

    /// <summary>The smallest.</summary>
    public required double Least { get; init; }

    /// <summary>The largest.</summary>
    public required double Greatest { get; init; }

    /// <summary>Samples of each seed.</summary>
    public required int Generated { get; init; }

    /// <summary>How it is written.</summary>
    [JsonIgnore]
    public string Format { get; init; } = "G4";

    /// <summary>The figures of all seeds, in the order of a table.</summary>
    /// <param name="results">The seeds.</param>
    public static IReadOnlyList<SeedFigure> Of(IEnumerable<SeedResult> results) =>
    [
        .. results.Where(result => result.Evaluation is not null)
            .SelectMany(result => result.Evaluation!.Figures).Where(figure => figure.Value is not null)
            .GroupBy(figure => figure.Name)
            .Select(group => Of([.. group.Select(figure => figure.Value!.Value)], group.First())),
    ];

    private static SeedFigure Of(double[] values, Figure kind)
    {
        double mean = values.Average(), squares = values.Sum(value => (value - mean) * (value - mean));
        return new()
        {
            Measure = kind.Name,
            GreaterIsBetter = kind.GreaterIsBetter,
            Seeds = values.Length,
            Mean = mean,
            StandardError = values.Length > 1 ? Math.Sqrt(squares / (values.Length - 1) / values.Length) : null,
            Least = values.Min(),
            Greatest = values.Max(),
            Generated = kind.Generated,
            Format = kind.Format,
        };
    }
}
