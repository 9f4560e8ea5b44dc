using System.CommandLine;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Images;
using GanGpu.Training;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu sample: draws from a trained generator.</summary>
internal static class SampleCommand
{
    private static readonly Argument<string> Run = new("RUN") { Description = "A run's folder, or a checkpoint file." };
    private static readonly Option<int?> Count = new("--count") { Description = "How many samples. [default: 64; of a generator that knows classes about 100, as many of each]", HelpName = "N" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides the samples; sample i of a seed is the same for every count.", HelpName = "N", DefaultValueFactory = _ => 0 };

    private static readonly Option<int?> Class = new("--class") { Description = "The class of all samples, of a generator that knows classes. [default: each in turn, a column of a picture for each]", HelpName = "N" };

    private static readonly Option<string?> Out = new("--out", "-o")
    {
        Description = "FILE.npy: an array of N x height x width x channels, bytes 0..255, or float32 for vectors. FILE.png: one picture with all of them, points in the plane as a scatter plot. Anything else: a folder with a PNG for each. [default: samples-SEED.png beside the checkpoint]",
        HelpName = "PATH",
    };

    private static readonly Option<bool> AsFloat = new("--float") { Description = "The array holds float32 in -1..1, as the generator makes them, instead of bytes." };

    private static readonly Option<bool> Best = new("--best") { Description = "Takes the run's best checkpoint, see gangpu train --best, instead of the latest." };

    private static readonly Option<double?> Truncation = InterpolateCommand.TruncationOption();

    public static Command Create()
    {
        DeviceArguments device = new();
        Command command = new("sample", "Draws samples from a trained generator.")
        {
            Run, Best, Count, Seed, Truncation, Class, Out, AsFloat, device.Name, device.Threads, device.Precision, device.AssumeGenericAddressSpace,
        };
        DeviceArguments.RefuseEmpty(Out);
        command.SetAction((parsed, cancellation) => Task.FromResult(Draw(parsed, device, cancellation)));
        return command;
    }

    private static int Draw(ParseResult parsed, DeviceArguments deviceArguments, CancellationToken cancellation)
    {
        string run = parsed.GetRequiredValue(Run);
        int? asked = parsed.GetValue(Count), label = parsed.GetValue(Class);
        ulong seed = parsed.GetValue(Seed);
        if (string.IsNullOrWhiteSpace(run))
            throw new InvalidInputException("RUN is empty; name a run's folder or a checkpoint file.");
        string checkpoint = File.Exists(run) ? run : RunFolder.FindCheckpoint(run, parsed.GetValue(Best));
        string target = parsed.GetValue(Out)
            ?? Path.Combine(Path.GetDirectoryName(checkpoint)!, FormattableString.Invariant($"samples-{seed}.png"));
        bool isArray = HasExtension(target, ".npy"), isPicture = HasExtension(target, ".png");
        if (asked < 1)
            throw new InvalidInputException(FormattableString.Invariant($"The number of samples must be at least 1, not {asked}."));
        if (parsed.GetValue(AsFloat) && !isArray)
            throw new InvalidInputException("Only an array can hold float32: give --float together with --out FILE.npy.");
        CheckTarget(target, isFile: isArray || isPicture);

        using Device device = Device.Open(parsed.GetRequiredValue(deviceArguments.Name), deviceArguments.Options(parsed));
        using Generator generator = Generator.Load(device, checkpoint);
        int count = asked ?? generator.GridSize;
        if ((long)count * generator.SampleShape.Length > Array.MaxLength)
            throw new InvalidInputException(FormattableString.Invariant($"{count} samples of {generator.SampleShape} are more than one array can hold; draw at most {Array.MaxLength / generator.SampleShape.Length} at once."));
        bool isVector = generator.SampleShape.IsVector, isPoint = isVector && generator.SampleShape.Width == 2;
        if (isVector && !isArray && !(isPicture && isPoint))
            throw new InvalidInputException($"These samples are vectors of {generator.SampleShape.Width} numbers, no pictures; name an array with --out FILE.npy.");
        ImageBatch samples = parsed.GetValue(Truncation) is { } truncation
            ? generator.Generate(LatentTruncation.Apply(generator.Latents(count, seed), generator.LatentDistribution, truncation), label, cancellation)
            : label is { } one ? generator.Sample(count, seed, one, cancellation) : generator.Sample(count, seed, cancellation);

        if (isArray)
            samples.SaveNpy(target, isVector || parsed.GetValue(AsFloat));
        else if (isPoint)
            ScatterPlot.Save(target, real: null, samples);
        else if (isPicture)
            samples.SavePng(target);
        else
            samples.SaveFolder(target);
        Console.WriteLine(FormattableString.Invariant($"{count} samples of {generator.SampleShape}{(label is null ? "" : ", class ")}{label}, seed {seed}: {target}"));
        return ExitCode.Done;
    }

    internal static bool HasExtension(string path, string extension) => Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses what could only fail after the drawing.</summary>
    internal static void CheckTarget(string target, bool isFile)
    {
        if (isFile)
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
            if (!Directory.Exists(folder))
                throw new InvalidInputException($"'{target}' can't be written: there is no folder '{folder}'.");
            if (Directory.Exists(target))
                throw new InvalidInputException($"'{target}' can't be written: it is a folder.");
        }
        else if (File.Exists(target))
        {
            throw new InvalidInputException($"'{target}' is a file; for a folder of pictures name another path, or end it in .npy or .png.");
        }
        else if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new InvalidInputException($"The folder '{target}' is not empty; name another one with --out.");
        }
    }
}
