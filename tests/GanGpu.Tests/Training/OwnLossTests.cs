using GanGpu.Networks;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Training;

/// <summary>Losses and penalties that a program wrote itself.</summary>
public sealed class OwnLossTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Device device = Device.Open("cpu");
    private readonly DataSet data = GanTrainerTests.Bytes(60, 4, 3);

    public static TheoryData<AdversarialLossKind> Kinds => [.. Enum.GetValues<AdversarialLossKind>()];

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    /// <summary>Written out as operations, the library's losses train to the same weights, but for rounding.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_standard_loss_is_the_library_s(AdversarialLossKind kind)
    {
        TrainingOptions options = new()
        {
            BatchSize = 20,
            Loss = kind,
            LabelSmoothing = kind is AdversarialLossKind.NonSaturating or AdversarialLossKind.LeastSquares ? 0.1f : 0f,
            Penalty = kind == AdversarialLossKind.Wasserstein ? new() { GradientPenalty = 10 } : new(),
            GeneratorOptimizer = new SgdOptions(0.05),
            DiscriminatorOptimizer = new SgdOptions(0.05),
        };
        TrainingOptions own = options with
        {
            DiscriminatorLoss = terms => terms.Standard,
            GeneratorLoss = terms => terms.Standard,
        };
        (float[] expected, TrainingReport theirs) = Trained(options);
        (float[] found, TrainingReport mine) = Trained(own);
        Assert.Equal(expected, found, (a, b) => Math.Abs(a - b) < 2e-4f);
        Assert.Equal(theirs.Metrics.Keys, mine.Metrics.Keys);
        foreach (string name in theirs.Metrics.Keys)
            Assert.Equal(theirs.Metrics[name], mine.Metrics[name], 2e-4);
    }

    [Fact]
    public void A_gradient_penalty_of_one_s_own_is_the_library_s()
    {
        TrainingOptions options = new() { BatchSize = 20, Penalty = new() { R1 = 2 }, DiscriminatorOptimizer = new SgdOptions(0.05) };
        TrainingOptions own = options with
        {
            Penalty = new(),
            DiscriminatorLoss = terms =>
            {
                Tensor gradient = Tensor.Gradient(terms.Discriminate(terms.RealSamples), terms.RealSamples);
                // R1 is half its weight times the mean squared norm.
                return terms.Standard + gradient.Square().RowSums().Mean();
            },
        };
        Assert.Equal(Trained(options).Samples, Trained(own).Samples, (a, b) => Math.Abs(a - b) < 2e-4f);
    }

    /// <summary>Salimans et al. 2016: the mean features of generated samples are to be those of real ones.</summary>
    [Fact]
    public void Feature_matching_brings_the_features_together()
    {
        Func<LossTerms, Tensor> matching = terms =>
            (terms.RealFeatures("dense1").ColumnMeans() - terms.FakeFeatures("dense1").ColumnMeans()).Square().Sum();
        using GanTrainer trainer = new(
            device, Preset.Mlp, data,
            new()
            {
                BatchSize = 20,
                GeneratorLoss = matching,
                ReportEvery = 200,
                DiscriminatorOptimizer = new SgdOptions(1e-7),
                GeneratorOptimizer = new AdamOptions(1e-3),
            });
        trainer.Replay(1);
        double before = Distance();
        trainer.Replay(1000);
        Assert.True(Distance() < 0.3 * before, $"The features' distance went from {before} to {Distance()}.");

        double Distance()
        {
            float[] real = Mean(data.Samples(0, 60)), fake = Mean(trainer.Generator.Sample(2000));
            return real.Zip(fake, (a, b) => (double)(a - b) * (a - b)).Sum();
        }

        float[] Mean(SampleBatch samples)
        {
            var features = trainer.Discriminator.Features(samples, "dense1");
            return [.. Enumerable.Range(0, features.Dimension).Select(
                i => Enumerable.Range(0, features.Count).Average(sample => features[sample][i]))];
        }
    }

    [Fact]
    public void Weights_change_in_flight_and_are_kept()
    {
        TrainingOptions options = new()
        {
            BatchSize = 20,
            GeneratorLoss = terms => terms.Weight("share", 1f) * terms.Standard,
            GeneratorOptimizer = new SgdOptions(0.1),
        };
        using GanTrainer trainer = new(device, Preset.Mlp, data, options);
        trainer.Replay(2);
        trainer.SetLossWeight("share", 0f);
        float[] before = Samples(trainer);
        trainer.Replay(5);
        Assert.Equal(before, Samples(trainer));
        trainer.Save(folder.At("off"));
        trainer.SetLossWeight("share", 0.5f);
        trainer.Replay(1);
        Assert.NotEqual(before, Samples(trainer));

        using GanTrainer resumed = GanTrainer.Resume(
            device, data, folder.At("off"), with: kept => kept with { GeneratorLoss = options.GeneratorLoss });
        resumed.Replay(5);
        Assert.Equal(before, Samples(resumed));
        Assert.Equal(
            "No loss of this training has a weight 'shares'.",
            Assert.Throws<InvalidInputException>(() => trainer.SetLossWeight("shares", 1f)).Message);
        Assert.Throws<InvalidInputException>(() => trainer.SetLossWeight("share", float.NaN));
        using Generator loaded = Generator.Load(device, folder.At("off"));
        Assert.Equal(before, loaded.Sample(30).Values.ToArray());
    }

    /// <summary>A loss with weights may come to a training that had none, and a new training begins with its own.</summary>
    [Fact]
    public void A_loss_may_be_new_to_a_training()
    {
        using (GanTrainer plain = new(device, Preset.Mlp, data, new() { BatchSize = 20 }))
        {
            plain.Replay(2);
            plain.Save(folder.At("plain"));
        }

        TrainingOptions options = new() { BatchSize = 20, GeneratorLoss = terms => terms.Weight("share", 0.5f) * terms.Standard };
        using (GanTrainer resumed = GanTrainer.Resume(
            device, data, folder.At("plain"), with: kept => kept with { GeneratorLoss = options.GeneratorLoss }))
        {
            resumed.Replay(2);
            Assert.Equal(4, resumed.Step);
            resumed.SetLossWeight("share", 9f);
            resumed.Save(folder.At("weighted"));
        }

        Assert.Contains(
            "a loss of the program's own",
            Assert.Throws<InvalidInputException>(() => GanTrainer.FineTune(device, data, folder.At("weighted"))).Message,
            StringComparison.Ordinal);
        using GanTrainer tuned = GanTrainer.FineTune(device, data, folder.At("weighted"), options: options);
        tuned.Save(folder.At("tuned"));
        Assert.Equal([0.5f], GanGpu.Checkpoints.SafeTensors.Read(folder.At("tuned")).Tensors
            .Single(tensor => tensor.Name.Contains("loss.share", StringComparison.Ordinal)).Values);
    }

    [Fact]
    public void A_checkpoint_says_that_the_loss_is_missing()
    {
        TrainingOptions options = new() { BatchSize = 20, DiscriminatorLoss = terms => terms.Standard + terms.FakeLogits.Square().Mean() };
        using GanTrainer half = new(device, Preset.Mlp, data, options), whole = new(device, Preset.Mlp, data, options);
        half.Replay(10);
        half.Save(folder.At("half"));
        Assert.Contains(
            "a loss of the program's own, which no file keeps",
            Assert.Throws<InvalidInputException>(() => GanTrainer.Resume(device, data, folder.At("half"))).Message,
            StringComparison.Ordinal);
        using GanTrainer resumed = GanTrainer.Resume(
            device, data, folder.At("half"), with: kept => kept with { DiscriminatorLoss = options.DiscriminatorLoss });
        resumed.Replay(10);
        whole.Replay(20);
        Assert.Equal(GanTrainerTests.Saved(whole), GanTrainerTests.Saved(resumed));
    }

    [Fact]
    public void What_is_no_loss_is_told()
    {
        Refused(new() { GeneratorLoss = terms => terms.FakeLogits }, "a loss is one number, such as its Mean()");
        Refused(new() { GeneratorLoss = _ => null! }, "gave null");
        Refused(new() { GeneratorLoss = _ => Tensor.Constant(1, 1, 3f) }, "depends on the parameter");
        Refused(new() { DiscriminatorLoss = terms => terms.RealFeatures("dense9").Mean() }, "no layer 'dense9'; it has dense1");
        Refused(
            new() { GeneratorLoss = terms => terms.RealLogits.Mean() - terms.FakeLogits.Mean(), DiscriminatorSteps = 2 },
            "asks for real samples");
        Assert.Equal(0, device.LiveBuffers);

        void Refused(TrainingOptions options, string why) => Assert.Contains(
            why,
            Assert.Throws<InvalidInputException>(
                () => new GanTrainer(device, Preset.Mlp, data, options with { BatchSize = 20 })).Message,
            StringComparison.Ordinal);
    }

    private static float[] Samples(GanTrainer trainer) => trainer.Generator.Sample(30).Values.ToArray();

    private (float[] Samples, TrainingReport Report) Trained(TrainingOptions options)
    {
        using GanTrainer trainer = new(device, Preset.Mlp, data, options with { ReportEvery = 8 });
        TrainingReport report = trainer.StepReportsAsync(8).ToBlockingEnumerable(TestContext.Current.CancellationToken).Last();
        return (Samples(trainer), report);
    }
}
