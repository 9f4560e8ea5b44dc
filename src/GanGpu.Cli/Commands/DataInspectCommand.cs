using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Cli.Modalities;
using GanGpu.Cli.Views;
using GanGpu.Data;
using GanGpu.Images;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu data inspect: what a data set holds, as training would see it.</summary>
internal static class DataInspectCommand
{
    private static readonly Argument<string> Source = new("PATH") { Description = "What gangpu train --data takes." };

    private static readonly Option<string?> ImageSize = new("--image-size")
    {
        Description = "The size that pictures of a folder or an archive are brought to. [default: 28x28]",
        HelpName = "HxW|N",
    };

    private static readonly Option<int?> Channels = new("--channels")
    {
        Description = "1 for grey, 3 for colour, 4 for colour and opacity. [default: 1]",
        HelpName = "1|3|4",
    };

    private static readonly Option<bool> SkipDamaged = new(
        "--skip-damaged")
    {
        Description = "Leaves out pictures that are damaged, and names them, instead of refusing the whole."
    };

    private static readonly Option<string?> Background = new("--background")
    {
        Description = "What transparent parts of pictures are laid on: black, white, grey or #rrggbb. [default: black]",
        HelpName = "COLOR",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description =
            "A CSV file with the class of each picture, in place of sub-folders: a column of file names and one of " +
            "classes.",
        HelpName = "FILE.csv",
    };

    private static readonly Option<string?> LabelColumn = new("--label-column")
    {
        Description = "The column of --labels that has the classes, where there are several.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Out = new("--out", "-o")
    {
        Description = "Writes a contact sheet: at most a hundred pictures, a row for each class where there are few.",
        HelpName = "FILE.png",
    };

    private static readonly Option<bool> AsJson =
        new("--json") { Description = "Writes JSON for other programs instead of a table." };

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Names of classes are folders' names in any language, and this is no web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        Command command = new("inspect", "Shows what a data set holds: samples, sizes, classes, values.") {
            Source, ImageSize, Channels, SkipDamaged, Background, Labels, LabelColumn, Out, AsJson };
        command.SetAction(
            (parsed, cancellation) => Task.Run(() => Inspect(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Inspect(ParseResult parsed, CancellationToken cancellation)
    {
        string source = parsed.GetRequiredValue(Source);
        string? sheet = parsed.GetValue(Out);
        if (string.IsNullOrWhiteSpace(source))
            throw new InvalidInputException("PATH is empty; name a data set.");
        if (sheet is not null && !Path.GetExtension(sheet).Equals(".png", StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException($"--out is '{sheet}', but a contact sheet is a picture: end it in .png.");
        ImageOptions? images = ImageChoice.Of(
            parsed.GetValue(ImageSize), parsed.GetValue(Channels), parsed.GetValue(SkipDamaged),
            parsed.GetValue(Background), parsed.GetValue(Labels), parsed.GetValue(LabelColumn));
        DataSet data = AnyData.Open(source, images, cancellation);
        ImageChoice.CheckSource(parsed.GetValue(Labels), parsed.GetValue(Background), data);
        DataSummary summary = DataSummary.Of(data, DataSource.OpenHeldOut(source));
        int? shown = sheet is null ? null : ContactSheet.Save(data, sheet);
        if (parsed.GetValue(AsJson))
            Console.WriteLine(JsonSerializer.Serialize(summary, Json));
        else
            DataView.Write(summary);
        if (shown is { } pictures && !parsed.GetValue(AsJson))
            Console.WriteLine(FormattableString.Invariant($"{pictures} pictures: {sheet}"));
        return ExitCode.Done;
    }
}
