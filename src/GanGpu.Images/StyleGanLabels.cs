using System.Globalization;
using System.Text.Json;
using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>
/// The dataset.json that StyleGAN's dataset_tool.py writes: {"labels": [["00000/img00000000.png", 3], …]}, or null in
/// place of the list.
/// </summary>
internal sealed class StyleGanLabels
{
    private readonly string path;

    /// <summary>The class of each file; null where the images have none.</summary>
    private readonly Dictionary<string, string>? classes;

    private readonly string? whyNone;

    private StyleGanLabels(string path, Dictionary<string, string>? classes, string? whyNone) =>
        (this.path, this.classes, this.whyNone) = (path, classes, whyNone);

    /// <summary>Null where the file is somebody else's: it has nothing of that name.</summary>
    /// <param name="location">The folder or archive that it lies in.</param>
    /// <param name="json">Its content.</param>
    /// <exception cref="InvalidInputException">It is no JSON, or its labels are none.</exception>
    public static StyleGanLabels? Parse(string location, byte[] json)
    {
        string path = $"{Path.TrimEndingDirectorySeparator(location)}/{ImageNames.StyleGanLabels}";
        try
        {
            ReadOnlyMemory<byte> text = json is [0xEF, 0xBB, 0xBF, ..] ? json.AsMemory(3) : json;
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("labels", out JsonElement labels))
                return null;
            return labels.ValueKind switch
            {
                JsonValueKind.Null =>
                    new(path, null, "has no labels in its dataset.json, so that there are no classes"),
                JsonValueKind.Array => Of(path, labels),
                _ => throw new DataFormatException(path,
                    $"has labels that are no list but {Shown(labels)}; write [\"name\", number] for each image."),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            string line = e is JsonException { LineNumber: { } number }
                ? FormattableString.Invariant($" (line {number + 1})") : "";
            throw new DataFormatException(path,
                $"is no valid JSON{line}; write it again, or remove it to train without classes.", e);
        }
    }

    /// <summary>The class of each of some images, or why there are none.</summary>
    /// <exception cref="InvalidInputException">An image has no label.</exception>
    public (string[]? Classes, string? WhyNone) Of(string[] names)
    {
        if (classes is null)
            return (null, whyNone);
        string[] without = [.. names.Where(name => !classes.ContainsKey(name))];
        if (without.Length > 0)
        {
            string others = without.Length > 1 ? FormattableString.Invariant($" and {without.Length - 1} more images") : "";
            throw new DataFormatException(
                path, $"has no label for '{without[0]}'{others}; add it, or move the images elsewhere.");
        }

        return ([.. names.Select(name => classes[name])], null);
    }

    private static StyleGanLabels Of(string path, JsonElement labels)
    {
        Dictionary<string, string> classes = new(StringComparer.Ordinal);
        int number = 0, vectors = 0, length = 0;
        foreach (JsonElement pair in labels.EnumerateArray())
        {
            number++;
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2
                || pair[0].ValueKind != JsonValueKind.String)
                throw new DataFormatException(path, FormattableString.Invariant(
                    $"has as label {number} {Shown(pair)}, which is no pair of a name and a class."));
            string name = pair[0].GetString()!.Replace('\\', '/');
            if (pair[1].ValueKind == JsonValueKind.Array)
                (vectors, length) = (vectors + 1, pair[1].GetArrayLength());
            classes[name] = pair[1].ValueKind switch
            {
                JsonValueKind.Number when pair[1].GetDouble() is var value && value == Math.Floor(value)
                    && Math.Abs(value) < int.MaxValue => ((int)value).ToString(CultureInfo.InvariantCulture),
                JsonValueKind.String => pair[1].GetString()!,
                JsonValueKind.Array => "",
                _ => throw new DataFormatException(path,
                    $"has for '{name}' the label {Shown(pair[1])}, which is no whole number."),
            };
        }

        if (vectors == 0)
            return new(path, classes, null);
        return vectors == number
            ? new(path, null, string.Create(CultureInfo.InvariantCulture,
                $"has a vector of {length} numbers for each image in its dataset.json rather than the number of a " +
                $"class, so that there are no classes"))
            : throw new DataFormatException(path,
                "has vectors as labels of some images and numbers of others; give all of them the number of a class.");
    }

    private static string Shown(JsonElement element) => element.GetRawText() is { Length: > 40 } text ? text[..40] + "…"
        : element.GetRawText();
}
