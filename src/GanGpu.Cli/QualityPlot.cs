using GanGpu.Runs;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace GanGpu.Cli;

/// <summary>What a run's samples were worth through the training, as a picture; the best is marked.</summary>
internal static class QualityPlot
{
    private const int Width = 1200, Height = 500;

    private static readonly Color Figures = Color.FromHex("#2a9d8f"), Best = Color.FromHex("#d1495b"),
        Ink = Color.FromHex("#333333"), Faint = Color.FromHex("#e4e4e4");

    /// <summary>Draws a PNG; null where nothing was measured.</summary>
    /// <param name="reports">The figures.</param>
    /// <param name="best">The best figure's step; null where none is.</param>
    public static byte[]? Draw(IReadOnlyList<TrainingReport> reports, long? best)
    {
        TrainingReport[] measured =
            [.. reports.Where(report => report.Quality is { } quality && double.IsFinite(quality.Figure))];
        if (measured.Length == 0)
            return null;
        Plot plot = new();
        var line = plot.Add.Scatter(
            measured.Select(report => (double)report.Step).ToArray(), measured.Select(report => report.Quality!.Figure)
            .ToArray(), Figures);
        line.LineWidth = 2;
        line.MarkerSize = 7;
        if (Array.Find(measured, report => report.Step == best) is { } top)
        {
            var mark = plot.Add.Marker(top.Step, top.Quality!.Figure, MarkerShape.OpenCircle, 18, Best);
            mark.LineWidth = 3;
            mark.LegendText = FormattableString.Invariant($"best: {top.Quality.Figure:G4} at step {top.Step}");
            plot.ShowLegend(Alignment.UpperRight);
        }

        plot.Title($"Quality of samples: {QualityWatch.TitleOf(measured[^1].Quality!.Measure)}", 22);
        plot.XLabel("step", 18);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Color(Ink);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 15;
        plot.Axes.Left.TickLabelStyle.FontSize = 15;
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic();
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Faint;
        plot.Legend.FontSize = 15;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Faint;
        return plot.GetImage(Width, Height).GetImageBytes(ImageFormat.Png, 100);
    }
}
