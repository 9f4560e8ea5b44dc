using System.Globalization;
using GanGpu.Data;
using GanGpu.Modalities.Images;

namespace GanGpu.Images;

/// <summary>
/// Which images of a source are taken, and the class of each: by a file of labels, by StyleGAN's dataset.json, or else
/// by the first folder. All of it is known before an image is decoded.
/// </summary>
internal sealed class ImageSelection
{
    private static readonly string[] Training = ["train", "training"];

    private static readonly string[] Others = ["val", "valid", "validation", "dev", "test", "testing", "eval",
        "holdout"];

    private readonly List<string> remarks = [];

    /// <summary>What the class of each image that is taken is called; null where there are no classes.</summary>
    private string[]? classes;

    private string? whyNone;

    /// <exception cref="InvalidInputException">A file of labels can't be read, or does not fit the images.</exception>
    public ImageSelection(IImageSource source, ImageOptions options)
    {
        Images = [.. Enumerable.Range(0, source.Names.Count)];
        string[] names = [.. source.Names];
        if (options.LabelFile is null && source.ReadLabels() is { } json
            && StyleGanLabels.Parse(source.Location, json) is { } labels)
        {
            (classes, whyNone) = labels.Of(names);
        }
        else
        {
            names = WithoutOtherParts(names);
            if (options.LabelFile is not null)
                classes = LabelTable.Read(options.LabelFile, options.LabelColumn, source.Location, names, remarks);
            else
                ByFolder(names);
        }

        if (classes?.Distinct().Count() is > ImageClasses.Most and var count)
        {
            string what = options.LabelFile is not null || source.ReadLabels() is not null ? "classes"
                : "class folders";
            whyNone = FormattableString.Invariant($"has {count} {what}, and at most {ImageClasses.Most} are possible");
            if (options.LabelFile is not null)
                throw new DataFormatException(options.LabelFile,
                    whyNone + "; name another column, or leave the labels out.");
            classes = null;
        }
    }

    /// <summary>The images that are taken, in the source's order.</summary>
    public int[] Images { get; private set; }

    /// <summary>The classes of some of the images that are taken, given by their place among them.</summary>
    public ImageClasses ClassesOf(IReadOnlyCollection<int> chosen)
    {
        if (classes is null)
            return new ImageClasses(null, null, whyNone, remarks);
        string[] own = [.. chosen.Select(i => classes[i])], names = NaturalOrder.Sorted(own.Distinct());
        Dictionary<string, byte> numbers = names.Select((name, number) => (name, number)).ToDictionary(
            pair => pair.name, pair => (byte)pair.number, StringComparer.Ordinal);
        return new ImageClasses([.. own.Select(name => numbers[name])], names, null, remarks);
    }

    /// <summary>Whether folders are StyleGAN's or FFHQ's, which only divide many files: 00000, 00001, … or 00000,
    /// 01000, ….</summary>
    private static bool AreShards(string[] folders)
    {
        const int Digits = 5;
        if (!folders.All(folder => folder.Length == Digits && folder.All(char.IsAsciiDigit)))
            return false;
        int[] numbers = [.. folders.Select(folder => int.Parse(folder, CultureInfo.InvariantCulture))];
        return numbers[0] == 0 && (Steps(1) || Steps(1000));

        bool Steps(int step) => numbers.Select((number, i) => number == i * step).All(fits => fits);
    }

    private static string Folder(string name) => name.IndexOf('/', StringComparison.Ordinal) is var end and > 0
        ? name[..end] : "";

    /// <summary>Where the folders are those for training and for tests, those for training are taken.</summary>
    private string[] WithoutOtherParts(string[] names)
    {
        string[] folders = [.. names.Select(Folder).Distinct().Order(StringComparer.Ordinal)];
        string[] training = [.. folders.Where(folder => Training.Contains(folder, StringComparer.OrdinalIgnoreCase))];
        if (training.Length != 1 || folders.Length < 2
            || !folders.Except(training).All(folder => Others.Contains(folder, StringComparer.OrdinalIgnoreCase)))
            return names;
        string start = training[0] + "/";
        Images = [.. Images.Where(i => names[i].StartsWith(start, StringComparison.Ordinal))];
        remarks.Add(string.Create(CultureInfo.InvariantCulture,
            $"{training[0]} is taken, {Images.Length} images; {string.Join(" and ", folders.Except(training))} " +
            $"{(folders.Length > 2 ? "are" : "is")} left out, {names.Length - Images.Length}: to train on those, " +
            $"name their folder"));
        return [.. Images.Select(i => names[i][start.Length..])];
    }

    private void ByFolder(string[] names)
    {
        string[] folders = [.. names.Select(Folder)], distinct = [.. folders.Distinct().Order(StringComparer.Ordinal)];
        int stray = folders.Count(folder => folder.Length == 0);
        if (stray > 0)
        {
            // No folders at all: nobody expects classes.
            whyNone = distinct.Length == 1 ? null : stray == 1
                ? $"has no classes, since '{names[Array.IndexOf(folders, "")]}' lies beside the class folders; move " +
                    "it into one"
                : string.Create(CultureInfo.InvariantCulture,
                    $"has no classes, since {stray} images, such as '{names[Array.IndexOf(folders, "")]}', lie " +
                    $"beside the class folders; move them into those");
        }
        else if (AreShards(distinct))
        {
            whyNone =
                $"has the folders {distinct[0]}{(distinct.Length > 1 ? $" to {distinct[^1]}" : "")}, which divide " +
                "files and are no classes; classes come from a dataset.json, a file of labels, or folders with other " +
                "names";
        }
        else
        {
            classes = folders;
        }
    }
}
