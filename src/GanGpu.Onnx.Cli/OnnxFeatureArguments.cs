using System.CommandLine;
using System.CommandLine.Parsing;
using GanGpu.Cli.Commands;
using GanGpu.Measures;

namespace GanGpu.Onnx.Cli;

/// <summary>The options that say what an ONNX file does not.</summary>
internal sealed class OnnxFeatureArguments : FeatureArguments
{
    private readonly Option<string?> output = new("--feature-output")
    {
        Description = "The network's output with the features. [default: the only one]",
        HelpName = "NAME",
    };

    private readonly Option<ValueRange?> range = new("--feature-range")
    {
        Description =
            "The values that the network was trained with, for black and for white, such as -1..1, 0..1 or 0..255. A " +
            "network of bytes needs none.",
        HelpName = "BLACK..WHITE",
        CustomParser = result =>
        {
            string[] ends = Text(result).Split("..");
            if (ends.Length == 2 && Numbers.Fraction<float>(ends[0]) is { } black
                && Numbers.Fraction<float>(ends[1]) is { } white)
                return new ValueRange(black, white);
            result.AddError(
                $"--feature-range must be two numbers with a point, such as -0.5..0.5 or 0..255, not '{Text(result)}'");
            return null;
        },
    };

    private readonly Option<float[]?> mean = NumbersOf(
        "--feature-mean",
        "What is taken off each channel once it is in that range, such as 0.485,0.456,0.406. [default: 0]");

    private readonly Option<float[]?> deviation =
        NumbersOf("--feature-std", "By what each channel is divided then, such as 0.229,0.224,0.225. [default: 1]");

    private readonly Option<(int Height, int Width)?> size = new("--feature-size")
    {
        Description = "The size that images are brought to, where the network takes any. [default: theirs]",
        HelpName = "HxW|N",
        CustomParser = result =>
        {
            string[] sides = Text(result).Split('x');
            if (sides.Length <= 2 && Numbers.Whole(sides[0]) is { } height and >= 1
                && Numbers.Whole(sides[^1]) is { } width and >= 1)
                return (height, width);
            result.AddError($"--feature-size must be a size such as 299 or 299x299, not '{Text(result)}'");
            return null;
        },
    };

    private readonly Option<ImageLayout?> layout = new("--feature-layout")
    {
        Description = "The order of the network's input. [default: as its sizes tell]",
        HelpName = "nchw|nhwc",
        CustomParser = result =>
        {
            switch (Text(result))
            {
                case "nchw": return ImageLayout.ChannelsFirst;
                case "nhwc": return ImageLayout.ChannelsLast;
                default:
                    result.AddError($"--feature-layout must be nchw or nhwc, not '{Text(result)}'");
                    return null;
            }
        },
    };

    private readonly Option<string?> name = new("--feature-name")
    {
        Description =
            "What the network is, for the report. 'inception' is your word that it is FID's, with 2048 features, and " +
            "the Fréchet distance is called FID then. [default: the file's name]",
        HelpName = "NAME",
    };

    public OnnxFeatureArguments()
    {
        File.Description =
            "An ONNX file of a network in whose features images are compared, instead of the classifier's or of " +
            "pixels.";
    }

    /// <inheritdoc/>
    public override IEnumerable<Option> Options => [File, .. Details];

    private Option[] Details => [output, range, mean, deviation, size, layout, name];

    /// <inheritdoc/>
    public override IFeatureNetwork? Open(ParseResult parsed, int threads)
    {
        if (parsed.GetValue(File) is not { } path)
        {
            return Details.FirstOrDefault(option => parsed.GetResult(option) is not null) is { } lonely
                ? throw new InvalidInputException(
                    $"{lonely.Name} says something about a feature network, and there is none; name one with " +
                    "--features.")
                : null;
        }

        return OnnxFeatureNetwork.Open(path, new OnnxFeatureOptions
        {
            Output = parsed.GetValue(output),
            Range = parsed.GetValue(range),
            // An array that was not given comes as an empty one.
            Mean = parsed.GetResult(mean) is null ? null : parsed.GetValue(mean),
            Deviation = parsed.GetResult(deviation) is null ? null : parsed.GetValue(deviation),
            Size = parsed.GetValue(size),
            Layout = parsed.GetValue(layout),
            Name = parsed.GetValue(name),
            Threads = threads,
        });
    }

    /// <inheritdoc/>
    public override string AsOption(string advice)
    {
        foreach ((string property, Option option) in new (string, Option)[]
        {
            (nameof(OnnxFeatureOptions.Output), output), (nameof(OnnxFeatureOptions.Range), range),
                (nameof(OnnxFeatureOptions.Mean), mean),
            (nameof(OnnxFeatureOptions.Deviation), deviation), (nameof(OnnxFeatureOptions.Size), size),
            (nameof(OnnxFeatureOptions.Layout), layout),
            (nameof(OnnxFeatureOptions.Name), name),
        })
        {
            advice = advice.Replace($"{nameof(OnnxFeatureOptions)}.{property}", option.Name, StringComparison.Ordinal);
        }

        return advice;
    }

    private static Option<float[]?> NumbersOf(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X|R,G,B",
        CustomParser = result =>
        {
            float?[] numbers = [.. Text(result).Split(',').Select(Numbers.Fraction<float>)];
            // Two would be one number with a decimal comma.
            if (numbers.Length is 1 or 3 && numbers.All(number => number is not null))
                return [.. numbers.Select(number => number!.Value)];
            result.AddError($"{name} must be a number, or three such as 0.5,0.5,0.5, not '{Text(result)}'");
            return null;
        },
    };

    private static string Text(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
}
