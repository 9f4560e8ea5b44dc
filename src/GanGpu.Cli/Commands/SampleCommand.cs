using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Modalities;
using GanGpu.Images;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu sample: draws from a trained generator.</summary>
internal static class SampleCommand
{
    private static readonly Argument<string> Run = TrainedRun.Argument();
    private static readonly Option<int?> Count = new Option<int?>("--count")
    {
        Description = "How many samples. [default: 64; of a generator that knows classes about 100, as many of each]",
        HelpName = "N",
    }.Whole(1);
    private static readonly Option<ulong> Seed = new Option<ulong>("--seed")
    {
        Description = "Decides the samples; sample i of a seed is the same for every count.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    }.Whole(0UL);

    private static readonly Option<string?> Class = ClassChoice.Option("each in turn, a column of a picture for each");

    private static readonly Option<string?> Out = new("--out", "-o")
    {
        Description =
            "FILE.npy: an array of N x height x width x channels, bytes 0..255, or float32 for vectors. FILE.png: " +
            "one picture with all of them, points in the plane as a scatter plot. A name without such an ending: a " +
            "folder with a PNG for each. [default: samples-SEED.png beside the checkpoint]",
        HelpName = "PATH",
    };

    private static readonly Option<bool> AsFloat = new("--float")
    {
        Description = "The array holds float32 in -1..1, as the generator makes them, instead of bytes."
    };

    private static readonly Option<bool> Best = TrainedRun.BestOption();

    private static readonly Option<double?> Truncation = InterpolateCommand.TruncationOption();

    public static Command Create()
    {
        DeviceArguments device = new();
        Command command = new("sample", "Draws samples from a trained generator.")
        {
            Run, Best, Count, Seed, Truncation, Class, Out, AsFloat, device.Name, device.Threads, device.Precision,
                device.AssumeGenericAddressSpace,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Draw(parsed, device, cancellation)));
        return command;
    }

    private static int Draw(ParseResult parsed, DeviceArguments deviceArguments, CancellationToken cancellation)
    {
        TrainedRun run = TrainedRun.Find(parsed.GetRequiredValue(Run), parsed.GetValue(Best));
        int? asked = parsed.GetValue(Count);
        ulong seed = parsed.GetValue(Seed);
        string target = parsed.GetValue(Out)
            ?? Path.Combine(Path.GetDirectoryName(run.Checkpoint)!, FormattableString.Invariant($"samples-{seed}.png"));
        bool isArray = OutputPath.Ends(target, ".npy"), isPicture = OutputPath.Ends(target, ".png");
        if (parsed.GetValue(AsFloat) && !isArray)
            throw new InvalidInputException(
                "Only an array can hold float32: give --float together with --out FILE.npy.");
        if (isArray || isPicture)
            OutputPath.CheckFile(target);
        else
            OutputPath.CheckFolder(Out.Name, target);

        using Device device =
            Device.Open(parsed.GetRequiredValue(deviceArguments.Name), deviceArguments.Options(parsed));
        using Generator generator = Generator.Load(device, run.Checkpoint);
        string? className = parsed.GetValue(Class);
        int? label = ClassChoice.Of(className, run, generator);
        int count = asked ?? generator.GridSize;
        if ((long)count * generator.Format.Length > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count} samples of {generator.Format} are more than one array can hold; draw at most " +
                    $"{Array.MaxLength / generator.Format.Length} at once."));
        ISamplePicture? picture = SamplePictures.Of(generator.Format);
        if (!isArray && !(isPicture && picture is not null))
            SamplePictures.RequireSingly(
                generator.Format, "These samples", "name an array with --out FILE.npy.");
        SampleBatch samples = parsed.GetValue(Truncation) is { } truncation
            ? generator.Generate(
                Latents.Truncate(generator.Latents(count, seed), generator.LatentDistribution, truncation), label,
                cancellation)
            : label is { } one ? generator.Sample(count, seed, one, cancellation)
                : generator.Sample(count, seed, cancellation);

        if (isArray)
            samples.SaveNpy(target, !generator.Format.Encoding.IsBounded || parsed.GetValue(AsFloat));
        else if (isPicture)
            picture!.Save(target, samples);
        else
            samples.SaveFolder(target);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{count} samples of {generator.Format}{(label is null ? "" : ", class ")}{className}, seed " +
                $"{seed}: {target}"));
        return ExitCode.Done;
    }
}
