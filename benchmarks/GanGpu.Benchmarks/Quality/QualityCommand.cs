using System.CommandLine;
using System.Diagnostics;
using GanGpu.Measures;
using GanGpu.TorchPeer;
using TorchSharp;
using static GanGpu.Benchmarks.Report;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Quality;

/// <summary>
/// <c>quality</c>: the article's GAN trained by TorchSharp and by GanGpu with the same recipe from the same initial
/// weights, by several seeds, and how far the samples of both are from real ones: the Fréchet distance among features
/// of a classifier that GanGpu trains on the data set's labels, see <see cref="SampleClassifier"/>. Batches and noise
/// are each one's own.
/// </summary>
internal static class QualityCommand
{
    // Allocated by TorchSharp in a step: some dozens of kilobytes.
    private const int StepsWithoutCollection = 200;

    public static Command Create()
    {
        Option<string> data = new("--data")
        {
            Description =
                "Images with labels, such as the folder of MNIST's files; its held-out images are what samples are " +
                "compared with.",
            Required = true,
        };
        Option<int> steps = new("--steps")
        {
            Description = "Steps of each training.",
            DefaultValueFactory = _ => 18_760,
        };
        Option<int> batch = new("--batch") { Description = "Samples in a batch.", DefaultValueFactory = _ => 64 };
        Option<int> seeds = new("--seeds")
        {
            Description = "Trainings of each: seeds 1, 2, ….",
            DefaultValueFactory = _ => 5,
        };
        Option<int> samples = new("--samples")
        {
            Description = "Samples of each training, and the most real ones that they are compared with.",
            DefaultValueFactory = _ => 10_000,
        };
        Option<int> threads = new("--threads")
        {
            Description = "Threads of both.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        Command command = new(
            "quality",
            "Trains the article's GAN with TorchSharp and with GanGpu by several seeds, and compares the samples.") {
            data, steps, batch, seeds, samples, threads };
        command.SetAction(parsed => Run(
            parsed.GetValue(data)!, parsed.GetValue(steps), parsed.GetValue(batch), parsed.GetValue(seeds),
            parsed.GetValue(samples), parsed.GetValue(threads)));
        return command;
    }

    private static void Run(string path, int steps, int batch, int seeds, int samples, int threads)
    {
        DataSet data = DataSource.Open(path);
        DataSet? heldOut = DataSource.OpenHeldOut(path);
        set_num_threads(threads);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        using SampleClassifier classifier = SampleClassifier.Train(device, data);
        FeatureSet real = classifier.Apply(heldOut ?? data, samples).Features;
        Header();
        Write($"Fréchet distance of {samples} samples from {real.Count} real " +
            $"ones{(heldOut is null ? "" : ", which were not trained on,")} among {classifier.FeatureCount} features " +
            $"of a classifier that is right about {classifier.Accuracy(heldOut ?? data):P1} of " +
            $"{(heldOut ?? data).Count} real images, after {steps} steps of batch {batch}; {threads} threads.");
        Write("The real ones trained on are " +
            $"{FrechetDistance.Between(real, classifier.Apply(data, samples).Features).Distance:F3} from these. " +
            "Least is best.");
        Write($"");
        Write($"| seed | GanGpu | seconds | TorchSharp | seconds |");
        Write($"|-----:|-------:|--------:|-----------:|--------:|");
        double[] ours = new double[seeds], theirs = new double[seeds];
        for (int i = 0; i < seeds; i++)
        {
            TrainingOptions options = Preset.Mlp.Recipe with { BatchSize = batch, Seed = (ulong)i + 1 };
            using GanTrainer trainer = new(device, Preset.Mlp, data, options);
            // TorchSharp first: it starts from the trainer's initial weights.
            (SampleBatch Samples, double Seconds) peer = TrainPeer(trainer, data, steps, samples);
            (SampleBatch Samples, double Seconds) own = Train(trainer, steps, samples);
            ours[i] = Distance(own.Samples);
            theirs[i] = Distance(peer.Samples);
            Write($"| {options.Seed} | {ours[i]:F3} | {own.Seconds:F1} | {theirs[i]:F3} | {peer.Seconds:F1} |");
        }

        Estimate our = Estimate.Of(ours), their = Estimate.Of(theirs), ratio = our.Over(their);
        Write($"| mean ± standard error | {our} | | {their} | |");
        Write($"");
        Write($"Ratio of means, GanGpu over TorchSharp: {ratio} ({seeds} trainings of each).");
        Footer();

        double Distance(SampleBatch generated) =>
            FrechetDistance.Between(real, classifier.Apply(generated).Features).Distance;
    }

    private static (SampleBatch Samples, double Seconds) Train(GanTrainer trainer, int steps, int samples)
    {
        long start = Stopwatch.GetTimestamp();
        trainer.Replay(steps);
        SampleBatch generated = trainer.Generator.Sample(samples);
        return (generated, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static (SampleBatch Samples, double Seconds) TrainPeer(
        GanTrainer trainer, DataSet data, int steps, int samples)
    {
        manual_seed((long)trainer.Options.Seed);
        using TorchTraining training =
            new(trainer.Preset, data, trainer.Options, new TorchVariant(Stacked: true, FrozenOpponent: true));
        training.Gan.CopyWeights(trainer);
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < steps; done += StepsWithoutCollection)
        {
            using NoCollection quiet = new();
            for (int i = done; i < Math.Min(steps, done + StepsWithoutCollection); i++)
                training.Step();
        }

        using DisposeScope scope = NewDisposeScope();
        float[] values = training.Gan.Generate(training.Latent(samples)).contiguous().data<float>().ToArray();
        return (new SampleBatch(data.Format, samples, values),
            Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
