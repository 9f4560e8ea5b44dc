using System.Text.Json.Serialization;
using GanGpu.Measures;

namespace GanGpu.Cli.Views;

/// <summary>What a seed's generator is worth.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Evaluation">Null where its training diverged.</param>
internal sealed record SeedResult(ulong Seed, Evaluation? Evaluation);

/// <summary>A figure of several seeds, those that diverged left out.</summary>
/// <param name="Measure">What was measured.</param>
/// <param name="Better">"more" or "less".</param>
/// <param name="Seeds">Seeds that have the figure.</param>
/// <param name="Mean">Over the seeds.</param>
/// <param name="StandardError">Of the mean: the deviation over the seeds, divided by √seeds; null for a single
/// seed.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Greatest">The largest.</param>
/// <param name="Generated">Samples of each seed.</param>
/// <param name="Format">How it is written.</param>
internal sealed record SeedFigure(
    string Measure, string Better, int Seeds, double Mean, double? StandardError, double Least, double Greatest,
    int Generated, [property: JsonIgnore] string Format)
{
    public static IReadOnlyList<SeedFigure> Of(IReadOnlyList<SeedResult> results) =>
    [
        .. results.Where(result => result.Evaluation is not null)
            .SelectMany(result => EvaluationFigure.Of(result.Evaluation!)).Where(figure => figure.Value is not null)
            .GroupBy(figure => figure.Measure)
                .Select(group => Of([.. group.Select(figure => figure.Value!.Value)], group.First())),
    ];

    private static SeedFigure Of(double[] values, EvaluationFigure kind)
    {
        double mean = values.Average(), squares = values.Sum(value => (value - mean) * (value - mean));
        return new(
            kind.Measure, kind.Better, values.Length, mean, values.Length > 1
                ? Math.Sqrt(squares / (values.Length - 1) / values.Length)
                : null, values.Min(), values.Max(), kind.Generated, kind.Format);
    }
}
