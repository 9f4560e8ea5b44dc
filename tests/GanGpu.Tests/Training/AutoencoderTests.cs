using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Tests.Data;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>The variational autoencoder: its objective, what it learns, and what does not fit it.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class AutoencoderTests
{
    private const int Batch = 3;

    [Theory]
    [InlineData(SampleFormat.Images)]
    [InlineData(SampleFormat.Points)]
    public void Gradients_of_both_networks_are_those_of_the_evidence_lower_bound(string modality)
    {
        SampleFormat format =
            modality == SampleFormat.Images ? SampleFormat.OfImages(2, 3, 1) : SampleFormat.OfPoints(4);
        VaePreset preset = new() { LatentSize = 2, Units = 4, Deviation = 0.7 };
        Parameters decoder = new(1, 0), encoder = new(1, 1);
        UpdateGraph graph = Assert.Single(
            preset.Objective(format, preset.Recipe with { BatchSize = Batch })
                .Updates(new DataOrder(9, Batch, 1), [decoder, encoder]));
        Tensor[] gradients = [.. graph.Trained.SelectMany(network => network.Tensors)],
            weights = [.. encoder.All.Concat(decoder.All).Select(parameter => parameter.Tensor)];
        Random random = new(5);
        Dictionary<Tensor, double[]> given = [];
        foreach (Tensor leaf in weights.Concat(TopologicalOrder.Of([graph.Metrics, .. gradients])
            .Where(source => source is Noise or RealBatch).Select(source => source.Output)))
            given[leaf] = [.. Enumerable.Range(0, leaf.Shape.Length).Select(_ => (2 * random.NextDouble()) - 1)];
        FiniteDifferences.Check(
            weights, given, gradients, values => Float64Graph.Evaluate([graph.Metrics], values)[graph.Metrics].Sum());
    }

    /// <summary>
    /// Where both networks' weights are 0, all that they make is their biases: a logit of 0 costs ln 2, and the divergence
    /// of N(μ, σ²) is ½ (μ² + σ² − 1 − ln σ²) a dimension. No derivative tells whether a constant is missing.
    /// </summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(-0.5, 4)]
    public void The_bound_has_the_value_of_its_formula(double mean, double variance)
    {
        const int Latent = 2, Values = 6;
        VaePreset preset = new() { LatentSize = Latent, Units = 4 };
        Parameters decoder = new(1, 0), encoder = new(1, 1);
        UpdateGraph graph = Assert.Single(
            preset.Objective(SampleFormat.OfImages(2, 3, 1), preset.Recipe with { BatchSize = Batch })
                .Updates(new DataOrder(9, Batch, 1), [decoder, encoder]));
        Random random = new(5);
        Dictionary<Tensor, double[]> given = TopologicalOrder.Of([graph.Metrics])
            .Where(source => source is Noise or RealBatch).Select(source => source.Output).ToDictionary(
                leaf => leaf,
                leaf => (double[])[.. Enumerable.Range(0, leaf.Shape.Length).Select(_ => (2 * random.NextDouble()) - 1)]);
        foreach (Tensor weight in encoder.All.Concat(decoder.All).Select(parameter => parameter.Tensor))
        {
            double value = weight.Name switch
            {
                "mean.bias" => mean,
                "log_variance.bias" => Math.Log(variance),
                _ => 0,
            };
            given[weight] = [.. Enumerable.Repeat(value, weight.Shape.Length)];
        }

        double[] metrics = Float64Graph.Evaluate([graph.Metrics], given)[graph.Metrics];
        Assert.Equal(Values * Math.Log(2), metrics[0], 1e-6);
        Assert.Equal(Latent * 0.5 * ((mean * mean) + variance - 1 - Math.Log(variance)), metrics[1], 1e-6);
    }

    [Fact]
    public async Task It_learns_to_make_of_a_code_what_the_code_was_made_of()
    {
        using Device device = Device.Open("cpu");
        using TempFolder folder = new();
        DataSet data = DataSource.Open(DataSource.Digits);
        VaePreset preset = new() { LatentSize = 8, Units = 64 };
        TrainingOptions options = preset.Recipe with { Seed = 2, ReportEvery = 100 };
        List<TrainingReport> reports = [];
        using (GanTrainer trainer = new(device, preset, data, options))
        {
            await foreach (TrainingReport report in trainer.StepReportsAsync(400, TestContext.Current.CancellationToken))
                reports.Add(report);
            trainer.Save(folder.At("vae"));
        }

        Assert.All(reports, report => Assert.Equal(
            report.Metrics["loss"], report.Metrics["reconstruction"] + report.Metrics["kl"], 0.01f));
        Assert.True(reports[^1].Metrics["loss"] < 0.8f * reports[0].Metrics["loss"], reports[^1].ToString());
        Assert.InRange(reports[^1].Metrics["kl"], 2f, 40f);

        using Encoder encoder = Encoder.Load(device, folder.At("vae"));
        using Generator decoder = Generator.Load(device, folder.At("vae"));
        SampleBatch real = data.Samples(0, 300);
        float[] codes = encoder.Encode(real, TestContext.Current.CancellationToken);
        float[] again = decoder.Generate(codes).Values.ToArray(), mean = Mean(real);
        double error = MeanSquares(real.Values.ToArray().Zip(again, (x, y) => x - y)),
            variance = MeanSquares(real.Values.ToArray().Select((x, i) => x - mean[i % mean.Length]));
        Assert.True(error < 0.7 * variance, $"The error is {error:G3}, and that of the mean image {variance:G3}.");
        // Codes are of the size of what samples are drawn from, 1, though not yet just of that after so few steps.
        Assert.InRange(MeanSquares(codes), 0.3, 3);
        Assert.All(decoder.Sample(20).Values.ToArray(), value => Assert.InRange(value, -1f, 1f));
        Assert.Throws<InvalidInputException>(
            () => encoder.Encode(new SampleBatch(SampleFormat.OfPoints(784), 1, new float[784])));
    }

    [Fact]
    public void Training_on_is_training_through()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TempFolder folder = new();
        DataSet data = GanTrainerTests.Bytes(50, 5, 4);
        VaePreset preset = new() { LatentSize = 3, Units = 6 };
        TrainingOptions options = preset.Recipe with
        {
            BatchSize = 7,
            AccumulatedBatches = 2,
            GeneratorOptimizer = new AdamOptions(1e-2) { Average = new(0.9) },
        };
        using (GanTrainer through = new(device, preset, data, options))
        {
            through.Replay(6);
            through.Save(folder.At("a"));
        }

        using (GanTrainer first = new(device, preset, data, options))
        {
            first.Replay(4);
            first.Save(folder.At("half"));
        }

        using GanTrainer second = GanTrainer.Resume(device, data, folder.At("half"));
        second.Replay(2);
        second.Save(folder.At("b"));
        Assert.Equal(File.ReadAllBytes(folder.At("a")), File.ReadAllBytes(folder.At("b")));
    }

    public static TheoryData<string, TrainingOptions> Unfit => new()
    {
        { "Loss", new() { Loss = AdversarialLossKind.Hinge } },
        { "DiscriminatorSteps", new() { DiscriminatorSteps = 5 } },
        { "Penalty", new() { Penalty = new() { R1 = 1 } } },
        { "Packing", new() { Packing = 2 } },
        { "Augmentation", new() { Augmentation = Augmentation.Color } },
        { "InstanceNoise", new() { InstanceNoise = 0.1 } },
        { "LabelSmoothing", new() { LabelSmoothing = 0.1f } },
        { "normal distribution", new() { Latent = NoiseDistribution.Uniform } },
    };

    [Theory]
    [MemberData(nameof(Unfit), DisableDiscoveryEnumeration = true)]
    public void What_is_about_a_discriminator_is_refused(string named, TrainingOptions options)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => new GanTrainer(
            device, new VaePreset(), GanTrainerTests.Bytes(60, 4, 4), options with { BatchSize = 8 }));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void A_gan_has_no_encoder()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TempFolder folder = new();
        using GanTrainer trainer =
            new(device, Preset.Mlp, GanTrainerTests.Bytes(60, 4, 4), new() { BatchSize = 8 });
        trainer.Save(folder.At("gan"));
        Assert.Contains(
            "has no encoder",
            Assert.Throws<InvalidInputException>(() => Encoder.Load(device, folder.At("gan"))).Message,
            StringComparison.Ordinal);
    }

    private static float[] Mean(SampleBatch samples)
    {
        float[] mean = new float[samples.Format.Length];
        for (int i = 0; i < samples.Values.Length; i++)
            mean[i % mean.Length] += samples.Values.Span[i] / samples.Count;
        return mean;
    }

    private static double MeanSquares(IEnumerable<float> values) => values.Average(value => (double)value * value);
}
