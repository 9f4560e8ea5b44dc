using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Modalities;
using GanGpu.Images;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu interpolate: walks from samples to others, as a picture and as a film.</summary>
internal static class InterpolateCommand
{
    private const int MostFrames = 10_000, MostSamples = 1_000_000;

    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(60);

    private static readonly Argument<string> Run = TrainedRun.Argument();

    private static readonly Option<string> Seeds = new Option<string>("--seeds")
    {
        Description = "What is walked through: a picture's row goes from the samples of a seed to those of the next.",
        HelpName = "A..B|A,B,…",
        DefaultValueFactory = _ => "0,1",
    }.Checked(text => TrainSeeds.Parse(text));

    private static readonly Option<int> Count = new Option<int>("--count")
    {
        Description = "Walks side by side: walk i goes through sample i of each seed.",
        HelpName = "N",
        DefaultValueFactory = _ => 8,
    }.Whole(1);

    private static readonly Option<int> Steps = new Option<int>("--steps")
    {
        Description = "Pictures in a row, both ends included.",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    }.Whole(2);

    private static readonly Option<int> Frames = new Option<int>("--frames")
    {
        Description = "Frames of the film from a seed to the next.",
        HelpName = "N",
        DefaultValueFactory = _ => 24,
    }.Whole(1);

    private static readonly Option<bool> Loop = new(
        "--loop")
    {
        Description = "Goes back from the last seed to the first, so that the film has no beginning and no end."
    };

    private static readonly Option<string?> Mode = new Option<string?>("--mode")
    {
        Description =
            "linear: in a straight line; spherical: along an arc, on which latent vectors keep their length. " +
            "[default: spherical for normal noise, linear for uniform]",
        HelpName = "linear|spherical",
    }.Among(["linear", "spherical"]);

    private static readonly Option<string?> Class = ClassChoice.Option("another for each walk, in turn");

    private static readonly Option<string[]> Out = new("--out", "-o")
    {
        Description =
            "FILE.png: a picture, a walk from a seed to the next in a row. FILE.webp: a film of all walks. Both may " +
            "be given. [default: interpolation.png and interpolation.webp beside the checkpoint]",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Best = TrainedRun.BestOption();

    public static Command Create()
    {
        DeviceArguments device = new();
        Option<double?> truncation = TruncationOption();
        Command command = new("interpolate", "Walks from samples of a trained generator to others.")
        {
            Run, Best, Seeds, Count, Steps, Frames, Loop, Mode, truncation, Class, Out, device.Name, device.Threads,
                device.Precision, device.AssumeGenericAddressSpace,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Walk(parsed, device, truncation, cancellation)));
        return command;
    }

    /// <summary>gangpu sample has it too.</summary>
    public static Option<double?> TruncationOption() => new Option<double?>("--truncation")
    {
        Description =
            "Keeps latent vectors nearer to the middle: samples become more typical and more alike. Of normal noise " +
            "no value lies beyond ±X, such as 1; uniform noise is multiplied by X. [default: off]",
        HelpName = "X",
    }.Fraction(FractionRange.AboveZero);

    private static int Walk(
        ParseResult parsed, DeviceArguments deviceArguments, Option<double?> truncation, CancellationToken cancellation)
    {
        ulong[] seeds = TrainSeeds.Parse(parsed.GetRequiredValue(Seeds));
        if (seeds.Length < 2)
            throw new InvalidInputException("A walk goes from one seed to another: give at least two with --seeds.");
        (int count, int steps, int frames) = (parsed.GetValue(Count), parsed.GetValue(Steps), parsed.GetValue(Frames));
        bool loop = parsed.GetValue(Loop);
        int legs = loop ? seeds.Length : seeds.Length - 1;
        if ((long)legs * frames > MostFrames || (long)count * Math.Max(steps, 1) * legs > MostSamples)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"That is more than {MostFrames} frames or {MostSamples} pictures; take fewer seeds, --count, " +
                    $"--steps or --frames."));
        TrainedRun run = TrainedRun.Find(parsed.GetRequiredValue(Run), parsed.GetValue(Best));
        string beside = Path.GetDirectoryName(run.Checkpoint)!;
        string[] targets = parsed.GetValue(Out) is { Length: > 0 } asked ? asked
            : [Path.Combine(beside, "interpolation.png"), Path.Combine(beside, "interpolation.webp")];
        foreach (string target in targets)
        {
            if (!IsPicture(target) && !OutputPath.Ends(target, ".webp"))
                throw new InvalidInputException(
                    $"--out is '{target}', but must end in .png for a picture or in .webp for a film.");
            OutputPath.CheckFile(target);
        }

        using Device device =
            Device.Open(parsed.GetRequiredValue(deviceArguments.Name), deviceArguments.Options(parsed));
        using Generator generator = Generator.Load(device, run.Checkpoint);
        SamplePictures.RequireSingly(
            generator.Format, "These samples", "there is nothing to see between them.");
        Interpolation how = parsed.GetValue(Mode) switch
        {
            "linear" => Interpolation.Linear,
            "spherical" => Interpolation.Spherical,
            _ => generator.LatentDistribution == NoiseDistribution.Normal ? Interpolation.Spherical
                : Interpolation.Linear,
        };
        float[][] waypoints = [.. seeds.Select(seed => parsed.GetValue(truncation) is { } limit
            ? Latents.Truncate(generator.Latents(count, seed), generator.LatentDistribution, limit)
            : generator.Latents(count, seed))];
        int? label = ClassChoice.Of(parsed.GetValue(Class), run, generator);
        foreach (string target in targets)
        {
            if (IsPicture(target))
                Rows(generator, waypoints, steps, how, legs, label, cancellation).SavePng(target, steps);
            else
                Film.Save(
                    target, Latents.Walk(waypoints, generator.LatentSize, frames, how, loop)
                    .Select(point => generator.Generate(point, label, cancellation)), Each,
                    cancellationToken: cancellation);
        }

        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{count} walks through {seeds.Length} seeds{(loop ? " and back" : "")}, " +
                $"{(how == Interpolation.Linear ? "linear" : "spherical")}: {string.Join(", ", targets)}"));
        return ExitCode.Done;
    }

    private static bool IsPicture(string target) => OutputPath.Ends(target, ".png");

    /// <summary>A row for each walk and each two seeds, walk after walk.</summary>
    private static SampleBatch Rows(
        Generator generator, float[][] waypoints, int steps, Interpolation how, int legs, int? label,
        CancellationToken cancellation)
    {
        int size = generator.Format.Length, count = waypoints[0].Length / generator.LatentSize;
        if ((long)count * legs * steps * size > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count * legs * steps} samples of {generator.Format} are more than one picture can hold; " +
                    $"take fewer."));
        float[] values = new float[count * legs * steps * size];
        for (int leg = 0; leg < legs; leg++)
        {
            int step = 0;
            foreach (
                float[] point in Latents.Walk(
                    [waypoints[leg], waypoints[(leg + 1) % waypoints.Length]], generator.LatentSize, steps - 1, how,
                    closed: false))
            {
                ReadOnlySpan<float> samples = generator.Generate(point, label, cancellation).Values.Span;
                for (int walk = 0; walk < count; walk++)
                    samples.Slice(walk * size, size)
                        .CopyTo(values.AsSpan(((((walk * legs) + leg) * steps) + step) * size));
                step++;
            }
        }

        return new SampleBatch(generator.Format, count * legs * steps, values);
    }
}
