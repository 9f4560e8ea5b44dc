using ScottPlot;

namespace GanGpu.Cli.Modalities;

/// <summary>Points in the plane as a picture: real ones behind, generated ones before them.</summary>
internal sealed class ScatterPlot : ISamplePicture
{
    private const int Side = 900, MostReal = 2500;

    private static readonly Color Real = Color.FromHex("#8a8a8a"), Generated = Color.FromHex("#d1495b"),
        Faint = Color.FromHex("#e4e4e4");

    /// <inheritdoc/>
    public int? Samples => 1000;

    /// <inheritdoc/>
    public bool DrawsSingly => false;

    /// <inheritdoc/>
    public bool ShowsReal => true;

    /// <inheritdoc/>
    public bool Fits(SampleFormat format) => format is { Modality: SampleFormat.Points, Length: 2 };

    /// <inheritdoc/>
    /// <remarks>Of real points the first 2,500 are drawn.</remarks>
    public byte[] Draw(SampleBatch samples, DataSet? real)
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
