using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Cli.Modalities;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Measures;
using GanGpu.Runs;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu neighbours: the training images nearest to samples: is it memorising?</summary>
internal static class NeighboursCommand
{
    private const int MostNeighbours = 100, MostRows = 1000;

    private static readonly Argument<string> Run = TrainedRun.Argument();

    private static readonly Option<bool> Best = TrainedRun.BestOption();

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The data set it was trained on. [default: the run's]",
        HelpName = "PATH",
    };

    private static readonly Option<int> Count = new Option<int>("--count")
    {
        Description = "Samples in the picture, each with its neighbours in a row.",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
    }.Whole(1, MostRows);

    private static readonly Option<int> Neighbours = new Option<int>("--neighbours", "-k")
    {
        Description = "Training images beside each sample.",
        HelpName = "N",
        DefaultValueFactory = _ => 7,
    }.Whole(1, MostNeighbours);

    private static readonly Option<int> Samples = new Option<int>("--samples")
    {
        Description = "Samples that are measured, those in the picture among them.",
        HelpName = "N",
        DefaultValueFactory = _ => 1000,
    }.Whole(1);

    private static readonly Option<ulong> Seed = new Option<ulong>("--seed")
    {
        Description = "Decides the samples.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    }.Whole(0UL);

    private static readonly Option<string?> Class = ClassChoice.Option("each in turn");

    private static readonly Option<string?> Out = new("--out", "-o")
    {
        Description =
            "FILE.png: the picture; the figures lie beside it as FILE.json. [default: neighbours.png beside the " +
            "checkpoint]",
        HelpName = "FILE.png",
    };

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Command Create()
    {
        DeviceArguments device = new();
        Command command = new(
            "neighbours",
            "Shows samples of a trained generator beside the training images nearest to them, pixel by pixel: is it " +
            "memorising?")
        {
            Run, Best, Data, Count, Neighbours, Samples, Seed, Class, Out, device.Name, device.Threads,
                device.AssumeGenericAddressSpace,
        };
        command.SetAction(
            (parsed, cancellation) => Task.Run(() => Find(parsed, device, cancellation), CancellationToken.None));
        return command;
    }

    private static int Find(ParseResult parsed, DeviceArguments deviceArguments, CancellationToken cancellation)
    {
        string named = parsed.GetRequiredValue(Run);
        (int rows, int near, int measured) =
            (parsed.GetValue(Count), parsed.GetValue(Neighbours), parsed.GetValue(Samples));
        if (measured < rows)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"--samples must be at least --count, {rows}, for those in the picture are among them, not " +
                    $"{measured}."));
        TrainedRun run = TrainedRun.Find(named, parsed.GetValue(Best));
        RunSettings? settings = run.ReadSettings();
        string source = run.DataOf(parsed.GetValue(Data), settings);
        string target = parsed.GetValue(Out) ?? Path.Combine(Path.GetDirectoryName(run.Checkpoint)!, "neighbours.png");
        OutputPath.CheckFile(Out.Name, target, "a picture", ".png");

        DataSet data = AnyData.Open(source, settings?.Images, cancellation);
        SamplePictures.RequireSingly(
            data.Format, $"The samples of '{data.Name}'", "distances to them would say nothing of memorising.");
        DataSet? heldOut = DataSource.OpenHeldOut(source);
        using Device device = Device.Open(parsed.GetRequiredValue(deviceArguments.Name), new DeviceOptions
        {
            Threads = parsed.GetValue(deviceArguments.Threads),
            AssumeGenericAddressSpace = parsed.GetValue(deviceArguments.AssumeGenericAddressSpace),
        });
        using Generator generator = Generator.Load(device, run.Checkpoint);
        if ((long)measured * generator.Format.Length > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{measured} samples of {generator.Format} are more than one array can hold; take fewer " +
                    $"--samples."));
        ulong seed = parsed.GetValue(Seed);
        SampleBatch samples = ClassChoice.Of(parsed.GetValue(Class), run, generator) is { } label
            ? generator.Sample(measured, seed, label, cancellation) : generator.Sample(measured, seed, cancellation);
        IReadOnlyList<IReadOnlyList<Neighbour>> found =
            TrainingNeighbours.Find(device, data, FeatureSet.Of(samples), near, cancellation);
        MemorisationReport report = MemorisationReport.Of(device, data, heldOut, found, cancellation);

        Picture(samples, data, found, rows).SavePng(target);
        string figures = Path.ChangeExtension(target, ".json");
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            Run = named,
            Data = DataSource.FullName(source),
            Seed = seed,
            Distance = "euclidean, of pixels in 0..1",
            Report = report,
            Samples = found.Take(rows).Select((neighbours, sample) => new
            {
                Sample = sample,
                Neighbours = neighbours.Select(
                    one => new
                    {
                        one.Index,
                        one.Distance,
                        Label = data.Labels.IsEmpty ? (int?)null
                        : data.Labels.Span[one.Index]
                    }),
            }),
        }, Json);
        AtomicFile.Write(figures, stream => stream.Write(json));

        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"Each row of {target}: a sample, then the {near} nearest of {data.Count} training images. " +
                $"Distances: {figures}"));
        Console.WriteLine(Line("generated", report.Generated));
        if (report is { HeldOut: { } unseen, ShareNearer: { } share })
        {
            Console.WriteLine(Line("held out", unseen));
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"A generated sample lies nearer to the training images than a real one that was not trained on " +
                    $"in {100 * share:F1} % of pairs: about 50 where samples are as good and as new, near 100 where " +
                    $"they are copied or blurred, near 0 where they are noisy."));
        }

        return ExitCode.Done;

        static string Line(string name, NearestDistances distances) => string.Create(CultureInfo.InvariantCulture,
            $"{name,-9}  {distances.Samples} samples, distance to the nearest training image: least " +
            $"{distances.Least:F3}, median {distances.Median:F3}, mean {distances.Mean:F3}");
    }

    /// <summary>Rows of a sample and its neighbours.</summary>
    private static SampleBatch Picture(
        SampleBatch samples, DataSet data, IReadOnlyList<IReadOnlyList<Neighbour>> found, int rows)
    {
        int size = data.SampleSize, columns = 1 + found[0].Count;
        float[] values = new float[rows * columns * size];
        for (int row = 0; row < rows; row++)
        {
            samples.Values.Span.Slice(row * size, size).CopyTo(values.AsSpan(row * columns * size));
            for (int i = 0; i < columns - 1; i++)
            {
                data.CopyScaled(
                    found[row][i].Index, values.AsSpan(((row * columns) + 1 + i) * size, size));
            }
        }

        return new SampleBatch(data.Format, rows * columns, values) { Columns = columns };
    }
}
