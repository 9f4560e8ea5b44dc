using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Cli.Modalities;
using GanGpu.Cli.Views;
using GanGpu.Images;
using GanGpu.Measures;
using GanGpu.Runs;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu evaluate: measures a trained generator.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> Run = TrainedRun.Argument();

    private static readonly Option<bool> Best = TrainedRun.BestOption();

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The data set it was trained on. [default: the run's]",
        HelpName = "PATH",
    };

    private static readonly Option<int?> Samples = new Option<int?>("--samples")
    {
        Description =
            "How many samples are drawn and measured. [default: 10000; 2500 for mixtures of points, 26000 for " +
            "stacked digits]",
        HelpName = "N",
    }.Whole(EvaluationOptions.FewestSamples);

    private static readonly Option<ulong> Seed = new Option<ulong>("--seed")
    {
        Description = "Decides the samples, and what the measures draw.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    }.Whole(0UL);

    private static readonly Option<string?> Cache = new("--cache")
    {
        Description =
            "The folder that keeps the classifier whose features samples of a labelled data set are compared in; it " +
            "is trained where it is not there. [default: beside the checkpoint]",
        HelpName = "FOLDER",
    };

    private static readonly Option<string?> Plot = new("--plot")
    {
        Description = "Draws real and generated points as a picture, where samples are points in the plane.",
        HelpName = "FILE.png",
    };

    private static readonly Option<bool> AsJson =
        new("--json") { Description = "Writes JSON for other programs instead of a table." };

    private const int PlottedSamples = 2500;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create(FeatureArguments features)
    {
        DeviceArguments device = new();
        Command command = new("evaluate", "Measures a trained generator, by what fits its data. Nothing is downloaded.")
        {
            Run, Best, Data, Samples, Seed, Cache, Plot, AsJson, device.Name, device.Threads,
                device.AssumeGenericAddressSpace,
        };
        foreach (Option option in features.Options)
            command.Add(option);
        command.SetAction(
            (parsed, cancellation) =>
            Task.Run(() => Evaluate(parsed, device, features, cancellation), CancellationToken.None));
        return command;
    }

    private static int Evaluate(
        ParseResult parsed, DeviceArguments deviceArguments, FeatureArguments features, CancellationToken cancellation)
    {
        string named = parsed.GetRequiredValue(Run);
        TrainedRun run = TrainedRun.Find(named, parsed.GetValue(Best));
        RunSettings? settings = run.ReadSettings();
        string source = run.DataOf(parsed.GetValue(Data), settings);
        int? samples = parsed.GetValue(Samples);
        string? plot = parsed.GetValue(Plot);
        if (plot is not null)
            OutputPath.CheckFile(Plot.Name, plot, "a picture", ".png");
        string kept = parsed.GetValue(Cache) ?? Path.GetDirectoryName(Path.GetFullPath(run.Checkpoint))!;
        IFeatureNetwork? network = features.Open(parsed, parsed.GetValue(deviceArguments.Threads));
        using IDisposable? networkOwned = network as IDisposable;
        EvaluationOptions options = new()
        {
            Samples = samples,
            Seed = parsed.GetValue(Seed),
            Features = network,
            ClassifierFolder = kept,
        };
        DataSet data = AnyData.Open(source, settings?.Images, cancellation);
        DataSet? heldOut = DataSource.OpenHeldOut(source);
        Evaluation.Check(data, heldOut, options);
        OutputPath.CheckCanBeMade(kept);
        using Device device = Device.Open(parsed.GetRequiredValue(deviceArguments.Name), new DeviceOptions
        {
            Threads = parsed.GetValue(deviceArguments.Threads),
            AssumeGenericAddressSpace = parsed.GetValue(deviceArguments.AssumeGenericAddressSpace),
        });
        using Generator generator = Generator.Load(device, run.Checkpoint);
        ISamplePicture? picture = SamplePictures.Of(generator.Format);
        if (plot is not null && picture is not { ShowsReal: true })
            throw new InvalidInputException(
                $"--plot draws points in the plane; these samples are {generator.Format}.");
        Evaluation evaluation = Evaluation.Run(device, generator, data, heldOut, options, cancellation);
        if (plot is not null)
            picture!.Save(
                plot, generator.Sample(samples ?? PlottedSamples, options.Seed, cancellation), heldOut ?? data);
        if (parsed.GetValue(AsJson))
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        Run = named,
                        run.Checkpoint,
                        options.Seed,
                        Device = device.Name,
                        Evaluation = EvaluationJson.Of(evaluation),
                    }, Json));
        else
            EvaluationView.Write(evaluation);
        return ExitCode.Done;
    }
}
