using GanGpu.Data;
using ScottPlot;

namespace GanGpu.Cli;

/// <summary>Points in the plane as a picture: real ones behind, generated ones before them.</summary>
internal static class ScatterPlot
{
    private const int Side = 900, MostReal = 2500;

    private static readonly Color Real = Color.FromHex("#8a8a8a"), Generated = Color.FromHex("#d1495b"),
        Faint = Color.FromHex("#e4e4e4");

    /// <summary>Whether samples can be drawn as points.</summary>
    public static bool Fits(SampleFormat format) =>
        format is { Modality: SampleFormat.Points, Length: 2 };

    /// <summary>Draws a PNG.</summary>
    /// <param name="real">Real points, of which the first 2,500 are drawn; null for none.</param>
    /// <param name="samples">Generated points.</param>
    public static byte[] Draw(DataSet? real, SampleBatch samples)
    {
        Plot plot = new();
        if (real is not null)
            Add(plot, real.Values.Span[..Math.Min(2 * MostReal, real.Values.Length)], "real", Real, 3);
        Add(plot, samples.Values.Span, "generated", Generated, 4);
        plot.Axes.SquareUnits();
        plot.Grid.MajorLineColor = Faint;
        plot.ShowLegend(Alignment.UpperRight);
        plot.Legend.FontSize = 15;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Faint;
        return plot.GetImage(Side, Side).GetImageBytes(ImageFormat.Png, 100);
    }

    /// <summary>As <see cref="Draw"/>, into a file; one that is there is replaced.</summary>
    /// <exception cref="InvalidInputException">It can't be written.</exception>
    public static void Save(string path, DataSet? real, SampleBatch samples)
    {
        try
        {
            File.WriteAllBytes(path, Draw(real, samples));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be written: {e.Message}", e);
        }
    }

    private static void Add(Plot plot, ReadOnlySpan<float> points, string name, Color color, float size)
    {
        List<Coordinates> places = [];
        for (int i = 0; i < points.Length; i += 2)
        {
            // A diverged generator's points have no place.
            if (float.IsFinite(points[i]) && float.IsFinite(points[i + 1]))
                places.Add(new Coordinates(points[i], points[i + 1]));
        }

        if (places.Count == 0)
            return;
        var markers = plot.Add.Markers(places, MarkerShape.FilledCircle, size, color.WithAlpha(.5));
        markers.LegendText = name;
    }
}
