using System.CommandLine;
using GanGpu.Cli.Modalities;
using GanGpu.PyTorch;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu import: weights of other programs as a checkpoint.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> Weights = new(
        "FILE")
    {
        Description = "A safetensors file with a generator's weights, with PyTorch's or Keras's names and layouts."
    };

    private static readonly Option<string> Out = new("--out", "-o")
    {
        Description = "The checkpoint to write, for gangpu sample, evaluate, export and the like.",
        HelpName = "FILE.safetensors",
        Required = true,
    };

    private static readonly Option<string?> Preset = new Option<string?>("--preset")
    {
        Description =
            $"The networks: {string.Join(", ", GanGpu.Preset.Names)}. [default: what the file says, as those of " +
            "gangpu export do]",
        HelpName = "NAME",
    }.Among(GanGpu.Preset.Names);

    private static readonly Option<string?> ImageSize = new Option<string?>("--image-size")
    {
        Description = "The size of a sample. [default: what the file says]",
        HelpName = "HxW|N",
    }.Checked(text => ImageChoice.Size(text));

    private static readonly Option<int> Channels = new Option<int>("--channels")
    {
        Description = "Values of a pixel, where --image-size is given.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.Whole(1);

    private static readonly Option<int?> LatentSize = new Option<int?>("--latent-dim", "--latent-size")
    {
        Description = "Values in a latent vector. [default: the preset's]",
        HelpName = "N",
    }.Whole(1, TrainRequest.LongestLatent);

    private static readonly Option<string?> Latent = new Option<string?>("--latent")
    {
        Description =
            "What latent vectors are drawn from: normal or uniform. [default: what the file says, or else the " +
            "preset's]",
        HelpName = "NAME",
    }.Among(["normal", "uniform"]);

    private static readonly Option<int?> Classes = new Option<int?>("--classes")
    {
        Description = "Classes that the networks know, of cgan, acgan, sgan, and of sngan and quick --conditional.",
        HelpName = "N",
    }.Whole(1, 256);

    private static readonly Option<bool> Conditional =
        new("--conditional") { Description = "Samples are of classes, with --preset sngan or quick." };

    private static readonly Option<string?> Discriminator = new("--discriminator")
    {
        Description = "A safetensors file with the discriminator's weights, for gangpu export --discriminator.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        Command command = new("import", "Makes a checkpoint of weights in PyTorch's or Keras's layout.") {
            Weights, Out, Preset, ImageSize, Channels, LatentSize, Latent, Classes, Conditional, Discriminator };
        command.SetAction(parsed => Import(parsed));
        return command;
    }

    private static int Import(ParseResult parsed)
    {
        string file = parsed.GetRequiredValue(Weights), target = parsed.GetRequiredValue(Out);
        OutputPath.CheckFile(Out.Name, target, "a checkpoint", ".safetensors", needed: false);
        ImportedWeights imported = WeightImport.Import(file, target, new WeightImportOptions
        {
            Preset = PresetOf(parsed),
            Sample = SampleOf(parsed),
            Latent = parsed.GetValue(Latent) switch
            {
                "normal" => NoiseDistribution.Normal,
                "uniform" =>
                NoiseDistribution.Uniform,
                _ => null
            },
            Discriminator = parsed.GetValue(Discriminator),
        });
        Console.WriteLine(
            FormattableString.Invariant(
                $"{imported.Weights:N0} weights in {imported.Layout}'s layout, samples of {imported.Sample}: {target}"));
        return ExitCode.Done;
    }

    private static Preset? PresetOf(ParseResult parsed)
    {
        int? latentSize = parsed.GetValue(LatentSize), classes = parsed.GetValue(Classes);
        bool conditional = parsed.GetValue(Conditional);
        if (parsed.GetValue(Preset) is not { } name)
        {
            return latentSize is null && classes is null && !conditional
                ? null
                : throw new InvalidInputException("--latent-dim, --classes and --conditional go with --preset.");
        }

        Preset preset = GanGpu.Preset.Named(name);
        if (conditional)
            preset = preset switch
            {
                SnganPreset sngan => sngan with { Conditional = true },
                QuickPreset quick => quick with { Conditional = true },
                _ => throw new InvalidInputException("--conditional goes with --preset sngan or quick only."),
            };
        if (latentSize is { } size)
            preset = preset with { LatentSize = size };
        if (preset.ClassUse == ClassUse.None)
            return classes is null ? preset : throw new InvalidInputException($"The preset {name} knows no classes.");
        return preset with
        {
            Classes = classes is >= 1 ? classes.Value
            : throw new InvalidInputException(
                $"The preset {name} learns from classes; say how many there are with --classes.")
        };
    }

    private static SampleFormat? SampleOf(ParseResult parsed) =>
        parsed.GetValue(ImageSize) is { } size
            && ImageChoice.Of(size, channels: null, skipDamaged: false) is { } image
            ? ImageChoice.ProbableFormat(image with { Channels = parsed.GetValue(Channels) })
            : parsed.GetResult(Channels) is { Implicit: false }
                ? throw new InvalidInputException("--channels goes with --image-size.") : null;
}
