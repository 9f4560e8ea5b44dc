using System.Globalization;
using GanGpu.Cli.Views;
using GanGpu.Data;
using GanGpu.Modalities.Images;

namespace GanGpu.Cli.Modalities;

/// <summary>What image files were like and what is made of them, in lines for a person.</summary>
internal static class SourceView
{
    /// <summary>Damaged images that are called by their names.</summary>
    private const int MostNamed = 10;

    private static readonly string[] Colours = ["red", "green", "blue", "opacity"];

    /// <summary>What image files were like; null if the data came from none.</summary>
    public static ImageSourceSummary? Of(DataSet data) => data.Origin as ImageSourceSummary;

    /// <summary>What a channel of pictures, or a number of vectors, is called.</summary>
    public static string Column(SampleFormat format, int index) => format switch
    {
        { IsFlat: false, Channels: 1 } => "grey",
        { IsFlat: false } when index < Colours.Length => Colours[index],
        _ => index.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Each line as what it is about, and what there is to say; none where the data is as plain as it
    /// looks.</summary>
    public static IEnumerable<(string About, string Text)> Lines(DataSummary data) =>
        Lines(data.Source, data.Remarks, data.WhyNoClasses, data.Format);

    /// <inheritdoc cref="Lines(DataSummary)"/>
    public static IEnumerable<(string About, string Text)> Lines(DataSet data) =>
        Lines(data.Origin, data.Remarks, data.WhyNoClasses, data.Format);

    private static IEnumerable<(string About, string Text)> Lines(
        object? origin, IReadOnlyList<string> remarks, string? whyNoClasses, SampleFormat format)
    {
        if (origin is ImageSourceSummary source)
        {
            string smallest = Size(source.SmallestWidth, source.SmallestHeight),
                largest = Size(source.LargestWidth, source.LargestHeight);
            string[] kinds = [.. Counted((source.Colour, "colour"), (source.Grey, "grey"),
                (source.Transparent, "with transparent parts"))];
            yield return ("source", string.Create(CultureInfo.InvariantCulture,
                $"{source.Images} {(source.Images == 1 ? "image" : "images")} of " +
                $"{smallest}{(smallest == largest ? "" : $" to {largest}")} (width x height), " +
                $"{string.Join(", ", kinds)}"));
            string made = format.Channels switch
            {
                1 => "grey",
                3 => "colour",
                _ => "colour with opacity",
            };
            string cropped = source.Cropped > 0
                ? string.Create(CultureInfo.InvariantCulture, $"; cropped: {source.Cropped}") : "";
            string laid = source is { Transparent: > 0, Background: { } background }
                ? string.Create(CultureInfo.InvariantCulture,
                    $"; {source.Transparent} of {source.Images} have transparent parts, laid on {background}") : "";
            yield return ("made", $"brought to {Size(format.Width, format.Height)} {made}{cropped}{laid}");
            if (source.LeftOut.Count > 0)
            {
                int count = source.LeftOut.Values.Sum();
                string formats = string.Join(", ", source.LeftOut.Select(pair =>
                    string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {pair.Key}")));
                yield return ("left out", string.Create(CultureInfo.InvariantCulture,
                    $"{count} {(count == 1 ? "file" : "files")} that can't be read: {formats}; convert them to PNG"));
            }

            if (source.Damaged.Count > 0)
            {
                string more = source.Damaged.Count > MostNamed
                    ? string.Create(CultureInfo.InvariantCulture, $" and {source.Damaged.Count - MostNamed} more") : "";
                yield return ("left out", string.Create(CultureInfo.InvariantCulture,
                    $"{source.Damaged.Count} damaged {(source.Damaged.Count == 1 ? "picture" : "pictures")}: " +
                    $"{string.Join(", ", source.Damaged.Take(MostNamed).Select(DataView.Printable))}{more}"));
            }
        }

        foreach (string remark in remarks)
            yield return ("remark", remark);
        if (whyNoClasses is not null)
            yield return ("classes", $"none: the data {whyNoClasses}");
    }

    private static string Size(int width, int height) =>
        string.Create(CultureInfo.InvariantCulture, $"{width}x{height}");

    private static IEnumerable<string> Counted(params (int Count, string What)[] parts) =>
        parts.Where(part => part.Count > 0).Select(
            part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.What}"));
}
