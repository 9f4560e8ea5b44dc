using System.Globalization;
using GanGpu.Metrics;

namespace GanGpu.Cli.Views;

/// <summary>An evaluation as a table: what was measured where, on how many samples, and which way is better.</summary>
internal static class EvaluationView
{
    private static readonly string[] Header = ["measure", "better", "value", "+-", "generated", "real"];

    public static void Write(Evaluation evaluation)
    {
        List<string[]> rows = [];
        if (evaluation.Mixture is { } mixture)
        {
            Add($"modes captured of {mixture.Modes}", "more", mixture.ModesCaptured, "F0", null, mixture.Samples, null);
            Add("samples of high quality, %", "more", 100 * mixture.HighQuality, "F1", null, mixture.Samples, null);
            Add("reverse KL of modes, nats", "less", mixture.ReverseKl, "F4", null, mixture.Samples, null);
        }

        if (evaluation.Stacked is { } stacked)
        {
            Add($"modes captured of {stacked.Modes}", "more", stacked.ModesCaptured, "F0", null, stacked.Samples, null);
            Add("reverse KL of modes, nats", "less", stacked.ReverseKl, "F4", null, stacked.Samples, null);
        }

        if (evaluation.Parzen is { } parzen)
            Add("Parzen log-likelihood, nats", "more", parzen.LogLikelihood, "F1", parzen.StandardError, parzen.Generated, parzen.Real);
        if (evaluation.Features is { } features)
        {
            string space = $" ({features.Space})";
            if (features.Frechet is { } frechet)
                Add(features.FrechetName + space, "less", frechet.Distance, "G4", null, frechet.Generated, frechet.Real);
            Add("kernel distance" + space, "less", features.Kernel.Distance, "G4", features.Kernel.StandardError, features.Kernel.Generated, features.Kernel.Real);
            Add("sliced Wasserstein distance" + space, "less", features.SlicedWasserstein.Distance, "G4", features.SlicedWasserstein.StandardError, features.SlicedWasserstein.Generated, features.SlicedWasserstein.Real);
            Add("precision" + space, "more", features.PrecisionRecall.Precision, "F3", null, features.PrecisionRecall.Generated, features.PrecisionRecall.Real);
            Add("recall" + space, "more", features.PrecisionRecall.Recall, "F3", null, features.PrecisionRecall.Generated, features.PrecisionRecall.Real);
            Add("density" + space, "more", features.DensityCoverage.Density, "F3", null, features.DensityCoverage.Generated, features.DensityCoverage.Real);
            Add("coverage" + space, "more", features.DensityCoverage.Coverage, "F3", null, features.DensityCoverage.Generated, features.DensityCoverage.Real);
        }

        if (evaluation is { ClassAgreement: { } agreement, Features: { } told })
            Add("of the class asked for, %", "more", 100 * agreement, "F1", null, told.PrecisionRecall.Generated, null);
        TextTable.Write(texts: 2, Header, rows);
        if (evaluation.ClassifierAccuracy is { } accuracy)
            Console.WriteLine(FormattableString.Invariant($"The classifier tells {100 * accuracy:F2} % of the held-out images of '{evaluation.Data}' right."));
        if (evaluation.Features is { Frechet: { } distance } measured)
        {
            if (measured.FrechetName != FeatureMeasures.DefaultFrechetName)
                Console.WriteLine($"It is called {measured.FrechetName} on your word that the network is that of {measured.FrechetName}; with other numbers of samples or other real images it is another figure.");
            if (Math.Min(distance.Generated, distance.Real) <= distance.Dimension)
                Console.WriteLine(FormattableString.Invariant($"The {measured.FrechetName} says little: {distance.Dimension} dimensions need more than {distance.Dimension} samples of each kind."));
        }

        if (!evaluation.HeldOut)
            Console.WriteLine($"'{evaluation.Data}' has no samples held out: the real ones are those that were trained on.");

        void Add(string measure, string better, double? value, string format, double? error, int generated, int? real) => rows.Add(
        [
            measure, better, value?.ToString(format, CultureInfo.InvariantCulture) ?? "-", error?.ToString("G2", CultureInfo.InvariantCulture) ?? "",
            generated.ToString(CultureInfo.InvariantCulture), real?.ToString(CultureInfo.InvariantCulture) ?? "",
        ]);
    }
}
