using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Commands;
using GanGpu.Modalities.Images;
using GanGpu.Training;

namespace GanGpu.Cli.Modalities;

/// <summary>What the options about pictures ask for: how image files are brought to one form.</summary>
internal static class ImageChoice
{
    /// <summary>Null where nothing was asked for, and nothing follows from weights that a run begins with.</summary>
    public static ImageOptions? Of(TrainArguments arguments, ParseResult parsed)
    {
        ImageOptions? asked = Of(
            parsed.GetValue(arguments.ImageSize), parsed.GetValue(arguments.Channels),
            parsed.GetValue(arguments.SkipDamaged), parsed.GetValue(arguments.Background),
            parsed.GetValue(arguments.Labels), parsed.GetValue(arguments.LabelColumn));
        if (TrainRequest.From(arguments, parsed) is not { } from || Checkpoint.Open(from).Sample is not { HasRows: true } sample)
            return asked;
        asked ??= new ImageOptions();
        if (parsed.GetValue(arguments.ImageSize) is null)
            asked = asked with { Height = sample.Height, Width = sample.Width };
        return parsed.GetValue(arguments.Channels) is null ? asked with { Channels = sample.Channels } : asked;
    }

    /// <summary>Null where nothing was asked for.</summary>
    public static ImageOptions? Of(string? size, int? channels, bool skipDamaged, string? background = null,
        string? labels = null, string? labelColumn = null)
    {
        if (size is null && channels is null && !skipDamaged && background is null && labels is null
            && labelColumn is null)
            return null;
        if (labelColumn is not null && labels is null)
            throw new InvalidInputException(
                "--label-column names a column of the file that --labels names; give --labels as well.");
        ImageOptions images = new()
        {
            SkipDamaged = skipDamaged,
            Background = background ?? "black",
            LabelFile = labels is null ? null : Path.GetFullPath(labels),
            LabelColumn = labelColumn
        };
        if (channels is { } count)
        {
            CheckChannels(FormattableString.Invariant($"{count}"));
            images = images with { Channels = count };
        }

        if (size is null)
            return images;
        (int height, int width) = Size(size);
        return images with { Height = height, Width = width };
    }

    /// <summary>What --image-size says.</summary>
    /// <exception cref="InvalidInputException">It is no size.</exception>
    public static (int Height, int Width) Size(string text)
    {
        string[] sides = text.Split('x', 'X');
        return sides.Length <= 2 && Numbers.Whole(sides[0]) is { } height and >= 1
            && Numbers.Whole(sides[^1]) is { } width and >= 1
            ? (height, width)
            : throw new InvalidInputException(
                $"--image-size is '{text}', but must be one number from 1 on, or height x width such as 32x48.");
    }

    /// <summary>Refuses what --channels does not take.</summary>
    public static void CheckChannels(string text)
    {
        if (text is not ("1" or "3" or "4"))
            throw new InvalidInputException($"--channels must be 1, 3 or 4, not {text}.");
    }

    /// <summary>What samples will be unless the data says otherwise.</summary>
    public static SampleFormat ProbableFormat(ImageOptions? images)
    {
        images ??= new ImageOptions();
        return SampleFormat.OfImages(images.Height, images.Width, images.Channels);
    }

    /// <summary>
    /// Only images of a folder are brought to a size; where the data has its own, another one was asked for in vain.
    /// </summary>
    public static void CheckSize(TrainArguments arguments, ParseResult parsed, ImageOptions? asked, DataSet data)
    {
        if (asked is null)
            return;
        bool fits =
            (parsed.GetValue(arguments.ImageSize) is null
                || (asked.Height, asked.Width) == (data.Format.Height, data.Format.Width))
            && (parsed.GetValue(arguments.Channels) is null || asked.Channels == data.Format.Channels);
        CheckSource(parsed.GetValue(arguments.Labels), parsed.GetValue(arguments.Background), data);
        if (!fits)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                $"--image-size and --channels are for folders of images and archives; '{data.Name}' has " +
                $"{data.Format} and stays so."));
    }

    /// <summary>Data that does not come from image files has classes of its own, and nothing transparent.</summary>
    public static void CheckSource(string? labels, string? background, DataSet data)
    {
        string? asked = labels is not null ? "--labels" : background is not null ? "--background" : null;
        if (asked is not null && data.Origin is not ImageSourceSummary)
            throw new InvalidInputException(
                $"{asked} is for folders of images and archives; '{data.Name}' is neither.");
    }
}
