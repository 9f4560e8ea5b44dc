using GanGpu.Measures;

namespace GanGpu.Cli.Views;

/// <summary>One of an evaluation's figures, as tables show it.</summary>
/// <param name="Measure">What was measured, and in what space.</param>
/// <param name="Better">"more" or "less".</param>
/// <param name="Value">The figure; null where it could not be had.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Error">Its standard error, where it has one.</param>
/// <param name="Generated">Generated samples that it used.</param>
/// <param name="Real">Real samples that it used, where it used any.</param>
internal sealed record EvaluationFigure(
    string Measure, string Better, double? Value, string Format, double? Error, int Generated, int? Real)
{
    public static IReadOnlyList<EvaluationFigure> Of(Evaluation evaluation)
    {
        List<EvaluationFigure> figures = [];
        if (evaluation.Mixture is { } mixture)
        {
            figures.Add(
                new($"modes captured of {mixture.Modes}", "more", mixture.ModesCaptured, "F0", null,
                    mixture.Samples, null));
            figures.Add(
                new("samples of high quality, %", "more", 100 * mixture.HighQuality, "F1", null,
                    mixture.Samples, null));
            figures.Add(new("reverse KL of modes, nats", "less", mixture.ReverseKl, "F4", null, mixture.Samples, null));
        }

        if (evaluation.Stacked is { } stacked)
        {
            figures.Add(
                new($"modes captured of {stacked.Modes}", "more", stacked.ModesCaptured, "F0", null,
                    stacked.Samples, null));
            figures.Add(new("reverse KL of modes, nats", "less", stacked.ReverseKl, "F4", null, stacked.Samples, null));
        }

        if (evaluation.Parzen is { } parzen)
            figures.Add(
                new("Parzen log-likelihood, nats", "more", parzen.LogLikelihood, "F1", parzen.StandardError,
                    parzen.Generated, parzen.Real));
        if (evaluation.Features is { } features)
        {
            string space = $" ({features.Space})";
            if (features.Frechet is { } frechet)
                figures.Add(
                    new(features.FrechetName + space, "less", frechet.Distance, "G4", null, frechet.Generated,
                        frechet.Real));
            figures.Add(
                new("kernel distance" + space, "less", features.Kernel.Distance, "G4", features.Kernel.StandardError,
                    features.Kernel.Generated, features.Kernel.Real));
            figures.Add(new(
                "sliced Wasserstein distance" + space, "less", features.SlicedWasserstein.Distance, "G4",
                features.SlicedWasserstein.StandardError, features.SlicedWasserstein.Generated,
                    features.SlicedWasserstein.Real));
            figures.Add(
                new("precision" + space, "more", features.PrecisionRecall.Precision, "F3", null,
                    features.PrecisionRecall.Generated, features.PrecisionRecall.Real));
            figures.Add(
                new("recall" + space, "more", features.PrecisionRecall.Recall, "F3", null,
                    features.PrecisionRecall.Generated, features.PrecisionRecall.Real));
            figures.Add(
                new("density" + space, "more", features.DensityCoverage.Density, "F3", null,
                    features.DensityCoverage.Generated, features.DensityCoverage.Real));
            figures.Add(
                new("coverage" + space, "more", features.DensityCoverage.Coverage, "F3", null,
                    features.DensityCoverage.Generated, features.DensityCoverage.Real));
        }

        if (evaluation.Classes is { } classes)
        {
            figures.Add(
                new($"classes covered of {classes.Classes}", "more", classes.Covered, "F0", null,
                    classes.Samples, null));
            figures.Add(
                new("reverse KL of classes, nats", "less", classes.ReverseKl, "F4", null, classes.Samples, null));
            figures.Add(new("clear samples, %", "more", 100 * classes.Clear, "F1", null, classes.Samples, null));
        }

        if (evaluation is { ClassAgreement: { } agreement, Features: { } told })
            figures.Add(
                new("of the class asked for, %", "more", 100 * agreement, "F1", null,
                    told.PrecisionRecall.Generated, null));
        return figures;
    }
}
