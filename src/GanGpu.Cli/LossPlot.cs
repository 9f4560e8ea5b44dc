using GanGpu.Objectives;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace GanGpu.Cli;

/// <summary>
/// A run's figures as a picture: losses above, the discriminator's accuracies below, over epochs. Thin lines are the
/// reports, thick ones their moving average; dashed lines are where both would stay if the discriminator could only
/// guess.
/// </summary>
internal static class LossPlot
{
    private const int Width = 1200, Height = 900, Fraction = 40;
    private const double Ln2 = 0.69314718055994531;

    private static readonly Color[] LossColors =
        [.. new[] { "#1f77b4", "#d1495b", "#2a9d8f", "#e08e0b" }.Select(color => Color.FromHex(color))];
    private static readonly Color[] AccuracyColors =
        [.. new[] { "#2a9d8f", "#e08e0b", "#1f77b4", "#d1495b" }.Select(color => Color.FromHex(color))];
    private static readonly Color Ink = Color.FromHex("#333333"), Faint = Color.FromHex("#e4e4e4");

    /// <summary>Draws a PNG; without reports, the empty axes.</summary>
    /// <param name="reports">The figures.</param>
    /// <param name="options">The losses among them decide where both stay when the discriminator can only
    /// guess.</param>
    public static byte[] Draw(IReadOnlyList<TrainingReport> reports, TrainingOptions options)
    {
        bool adversarial = reports.Count == 0 || reports[0].Of(Metric.RealAccuracy) is not null;
        Multiplot picture = new();
        picture.AddPlots(adversarial ? 2 : 1);
        Plot losses = picture.GetPlot(0);
        string unit = "nats";
        if (adversarial)
        {
            Guesses guesses = WhenGuessing(options);
            unit = guesses.Unit;
            bool same = guesses.Discriminator == guesses.Generator;
            Guide(losses, guesses.Discriminator, $"{guesses.DiscriminatorName}: D guesses", same ? Ink : LossColors[0]);
            if (!same)
                Guide(losses, guesses.Generator, $"{guesses.GeneratorName}: D guesses", LossColors[1]);
            Plot accuracies = picture.GetPlot(1);
            Guide(accuracies, 0.5, "D guesses", Ink);
            Curves(accuracies, reports, AccuracyColors, Metric.RealAccuracy, Metric.FakeAccuracy);
            Style(accuracies, "How often the discriminator is right", "share", Alignment.LowerRight);
            accuracies.Axes.SetLimitsY(0, 1.02);
            accuracies.XLabel("epoch", 18);
            Curves(losses, reports, LossColors, Metric.DiscriminatorLoss, Metric.GeneratorLoss);
        }
        else
        {
            Curves(losses, reports, LossColors, [.. reports[0].Reported.Select(metric => metric.Metric)
                .Where(metric => metric.Kind == MetricKind.Loss)]);
            losses.XLabel("epoch", 18);
        }

        Style(losses, "Losses", unit, Alignment.UpperRight);
        return picture.Render(Width, adversarial ? Height : Height / 2).GetImageBytes(ImageFormat.Png, 100);
    }

    private static void Curves(
        Plot plot, IReadOnlyList<TrainingReport> reports, Color[] colors, params ReadOnlySpan<Metric> metrics)
    {
        double[] epochs = [.. reports.Select(report => report.Epoch)];
        for (int i = 0; i < metrics.Length; i++)
        {
            Metric metric = metrics[i];
            Curve(plot, epochs, reports.Select(report => (double)(report.Of(metric) ?? float.NaN)), metric.Curve,
                colors[i % colors.Length]);
        }
    }

    private sealed record Guesses(
        double Discriminator, string DiscriminatorName, double Generator, string GeneratorName, string Unit);

    /// <summary>
    /// Losses of a discriminator that gives every sample the same number: 0, or with least squares the one halfway
    /// between its targets.
    /// </summary>
    private static Guesses WhenGuessing(TrainingOptions options)
    {
        // Halfway between the targets of real and of generated samples.
        double middle = (1 - options.LabelSmoothing) / 2, squares = middle * middle,
            toOne = (1 - middle) * (1 - middle) / 2;
        return options.Loss switch
        {
            AdversarialLossKind.Minimax => new(2 * Ln2, "2 ln 2", -Ln2, "−ln 2", "nats"),
            AdversarialLossKind.LeastSquares => new(squares, Text(squares), toOne, Text(toOne), "squared error"),
            AdversarialLossKind.Hinge => new(2, "2", 0, "0", "margin"),
            AdversarialLossKind.Wasserstein => new(0, "0", 0, "0", "difference"),
            AdversarialLossKind.RelativisticPairing => new(Ln2, "ln 2", Ln2, "ln 2", "nats"),
            _ => new(2 * Ln2, "2 ln 2", Ln2, "ln 2", "nats"),
        };

        static string Text(double value) => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Curve(Plot plot, double[] epochs, IEnumerable<double> figures, string name, Color color)
    {
        // A figure that is no number has no place in a plot; the reports around it have.
        (double X, double Y)[] points =
            [.. epochs.Zip(figures).Where(point => double.IsFinite(point.First) && double.IsFinite(point.Second))];
        double[] x = [.. points.Select(point => point.X)], y = [.. points.Select(point => point.Y)];
        var raw = plot.Add.ScatterLine(x, y, color.WithAlpha(.28));
        raw.LineWidth = 1;
        var smooth = plot.Add.ScatterLine(x, Average(y), color);
        smooth.LineWidth = 2.5f;
        smooth.LegendText = name;
    }

    /// <summary>
    /// The mean of a window around each point that shrinks at both ends, so that it begins and ends with the curve.
    /// </summary>
    private static double[] Average(double[] values)
    {
        int reach = Math.Max(1, values.Length / Fraction / 2);
        double[] sums = new double[values.Length + 1];
        for (int i = 0; i < values.Length; i++)
            sums[i + 1] = sums[i] + values[i];
        return [.. values.Select((_, i) =>
        {
            int near = Math.Min(reach, Math.Min(i, values.Length - 1 - i));
            return (sums[i + near + 1] - sums[i - near]) / ((2 * near) + 1);
        })];
    }

    private static void Guide(Plot plot, double y, string name, Color color)
    {
        var line = plot.Add.HorizontalLine(y, 1.5f, color.WithAlpha(.7), LinePattern.Dashed);
        line.LegendText = name;
    }

    private static void Style(Plot plot, string title, string unit, Alignment legend)
    {
        plot.Title(title, 22);
        plot.YLabel(unit, 18);
        plot.Axes.Left.Label.Bold = false;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Color(Ink);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 15;
        plot.Axes.Left.TickLabelStyle.FontSize = 15;
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic();
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Faint;
        plot.ShowLegend(legend);
        plot.Legend.FontSize = 15;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Faint;
        plot.Axes.Margins(horizontal: 0.01, vertical: 0.08);
    }
}
