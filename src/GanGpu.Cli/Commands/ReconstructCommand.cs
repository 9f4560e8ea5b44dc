using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Modalities;
using GanGpu.Images;
using GanGpu.Runs;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu reconstruct: real samples, and what an autoencoder makes of them.</summary>
internal static class ReconstructCommand
{
    /// <summary>Pairs of a picture that stand side by side.</summary>
    private const int MostColumns = 16;

    private static readonly Argument<string> Run = TrainedRun.Argument();

    private static readonly Option<bool> Best = TrainedRun.BestOption();

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The samples, of the size that it was trained on; held-out ones say most. [default: the run's]",
        HelpName = "PATH",
    };

    private static readonly Option<int> Count = new Option<int>("--count")
    {
        Description = "Samples, from the first on.",
        HelpName = "N",
        DefaultValueFactory = _ => 32,
    }.Whole(1);

    private static readonly Option<string?> Out = new("--out", "-o")
    {
        Description =
            "FILE.png: a picture, rows of samples each above the row of their reconstructions. FILE.npy: the " +
            "reconstructions as float32. [default: reconstructions.png beside the checkpoint]",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        DeviceArguments device = new();
        Command command = new(
            "reconstruct", "Shows samples beside what a trained autoencoder (--preset vae) makes of their codes.")
        {
            Run, Best, Data, Count, Out, device.Name, device.Threads, device.Precision,
                device.AssumeGenericAddressSpace,
        };
        command.SetAction(
            (parsed, cancellation) => Task.Run(() => Reconstruct(parsed, device, cancellation), CancellationToken.None));
        return command;
    }

    private static int Reconstruct(
        ParseResult parsed, DeviceArguments deviceArguments, CancellationToken cancellation)
    {
        TrainedRun run = TrainedRun.Find(parsed.GetRequiredValue(Run), parsed.GetValue(Best));
        RunSettings? settings = run.ReadSettings();
        string source = run.DataOf(parsed.GetValue(Data), settings);
        string target = parsed.GetValue(Out)
            ?? Path.Combine(Path.GetDirectoryName(run.Checkpoint)!, "reconstructions.png");
        bool isArray = OutputPath.Ends(target, ".npy");
        if (!isArray && !OutputPath.Ends(target, ".png"))
            throw new InvalidInputException(
                $"--out is '{target}', but must end in .png for a picture or in .npy for an array.");
        OutputPath.CheckFile(target);
        using Device device =
            Device.Open(parsed.GetRequiredValue(deviceArguments.Name), deviceArguments.Options(parsed));
        using Encoder encoder = Encoder.Load(device, run.Checkpoint);
        using Generator decoder = Generator.Load(device, run.Checkpoint);
        DataSet data = AnyData.Open(source, settings?.Images, cancellation);
        if (!isArray)
            SamplePictures.RequireSingly(
                data.Format, $"The samples of '{data.Name}'", "name an array with --out FILE.npy.");
        int count = Math.Min(parsed.GetValue(Count), data.Count);
        if ((long)count * data.SampleSize > Array.MaxLength / 2)
            throw new InvalidInputException($"{count} samples and reconstructions are too many at once; take fewer.");
        SampleBatch real = data.Samples(0, count),
            reconstructed = decoder.Generate(encoder.Encode(real, cancellation), cancellationToken: cancellation);
        if (isArray)
            reconstructed.SaveNpy(target, asFloat: true);
        else
            Picture(real, reconstructed).SavePng(target);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} samples of {data.Name} and their reconstructions, mean squared error of a value " +
            $"{MeanSquaredError(real, reconstructed):G4}: {target}"));
        return ExitCode.Done;
    }

    /// <summary>A row of samples, the row of their reconstructions, and so on.</summary>
    private static SampleBatch Picture(SampleBatch real, SampleBatch reconstructed)
    {
        int columns = Math.Min(MostColumns, real.Count), size = real.Values.Length / real.Count,
            rows = (real.Count + columns - 1) / columns;
        float[] values = new float[2 * rows * columns * size];
        // What a last row has no sample for is white.
        Array.Fill(values, 1f);
        for (int row = 0; row < rows; row++)
        {
            int first = row * columns * size, length = Math.Min(columns * size, real.Values.Length - first);
            real.Values.Span.Slice(first, length).CopyTo(values.AsSpan(2 * first));
            reconstructed.Values.Span.Slice(first, length).CopyTo(values.AsSpan((2 * first) + (columns * size)));
        }

        return new SampleBatch(real.Format, 2 * rows * columns, values) { Columns = columns };
    }

    private static double MeanSquaredError(SampleBatch real, SampleBatch reconstructed)
    {
        double sum = 0;
        for (int i = 0; i < real.Values.Length; i++)
        {
            double difference = (double)real.Values.Span[i] - reconstructed.Values.Span[i];
            sum += difference * difference;
        }

        return sum / real.Values.Length;
    }
}
