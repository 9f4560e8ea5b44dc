using GanGpu.Checkpoints;
using GanGpu.Objectives;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Tensors that a training leaves as they are.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class FrozenTensorTests : IDisposable
{
    private static readonly MlpPreset Tiny = Preset.Mlp with
    {
        LatentSize = 3,
        GeneratorUnits = new(8, 8),
        DiscriminatorUnits = new(8, 8),
    };

    private static readonly DataSet Pictures = GanTrainerTests.Bytes(60, 3, 4);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string device in new[] { "cpu", "emulator", "opencl", "cuda" })
            {
                foreach (string optimizer in new[] { "adam", "rmsprop", "sgd" })
                    cases.Add(device, optimizer);
            }

            return cases;
        }
    }

    /// <summary>All that touches weights at once: limits of both kinds, several batches, and an average.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Frozen_tensors_keep_their_bits_and_all_others_are_trained(string name, string optimizer)
    {
        Device device = TestDevices.OpenDevice(name);
        OptimizerOptions options = optimizer switch
        {
            "rmsprop" => new RmsPropOptions(0.01),
            "sgd" => new SgdOptions(0.1) { Momentum = 0.5 },
            _ => new AdamOptions(0.01),
        };
        options = options with { GradientNormLimit = 0.5, WeightLimit = 0.05, Average = new WeightAverage(0.5) };
        using GanTrainer trainer = new(device, Tiny, Pictures, new()
        {
            BatchSize = 6,
            AccumulatedBatches = 2,
            GeneratorOptimizer = options,
            DiscriminatorOptimizer = options,
            Frozen = ["generator.dense1*", "discriminator.*.weight"],
        });
        Dictionary<string, float[]> before = Tensors(trainer);
        trainer.Replay(3);
        Dictionary<string, float[]> after = Tensors(trainer);
        int frozen = 0;
        foreach ((string tensor, float[] values) in before)
        {
            bool stays = tensor.StartsWith("generator.dense1", StringComparison.Ordinal)
                || (tensor.StartsWith("discriminator.", StringComparison.Ordinal)
                    && tensor.Contains(".weight", StringComparison.Ordinal));
            frozen += stays ? 1 : 0;
            if (stays)
                Assert.Equal(values, after[tensor]);
            else
                Assert.NotEqual(values, after[tensor]);
        }

        // Weights of two layers or more of the discriminator, with their moments and averages.
        Assert.InRange(frozen, 10, before.Count - 10);
        // Some weights lie beyond the limit, which brings those in that are trained.
        Assert.Contains(after["generator.dense1.weight"], weight => Math.Abs(weight) > 0.05f);
        Assert.DoesNotContain(after["generator.dense2.weight"], weight => Math.Abs(weight) > 0.05f);
    }

    [Fact]
    public void Their_gradients_are_not_computed()
    {
        using Device device = OneThread();
        using GanTrainer all = new(device, Tiny, Pictures, Options()),
            first = new(device, Tiny, Pictures, Options("generator.dense1*")),
            last = new(device, Tiny, Pictures, Options("generator.dense3*"));
        int launches = all.Launches.Count;
        Assert.InRange(first.Launches.Count, 1, launches - 1);
        // The last layer's gradient is computed in one launch with what is propagated below it.
        Assert.InRange(last.Launches.Count, 1, launches);
        // Nothing is propagated below the second layer either, so that more is left out than the first one's gradient.
        const long gradient = 2 * 6 * 3 * 8;
        Assert.True(Flops(first) < Flops(all) - gradient);
        Assert.True(Flops(last) < Flops(all));

        static long Flops(GanTrainer trainer) => trainer.Launches.Sum(launch => launch.Flops);
    }

    [Fact]
    public async Task A_network_that_is_frozen_whole_only_reports()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options("discriminator.*") with { ReportEvery = 2 });
        Dictionary<string, float[]> before = Tensors(trainer);
        List<TrainingReport> reports = [];
        await foreach (TrainingReport report in trainer.StepReportsAsync(4, TestContext.Current.CancellationToken))
            reports.Add(report);
        foreach ((string tensor, float[] values) in Tensors(trainer))
        {
            if (tensor.StartsWith("discriminator.", StringComparison.Ordinal))
                Assert.Equal(before[tensor], values);
        }

        Assert.Equal(2, reports.Count);
        Assert.All(reports, report => Assert.InRange(report.DiscriminatorLoss, 0.5f, 3));
        Assert.DoesNotContain(trainer.Launches, launch => launch is { Network: "D", Operation: "Adam" });
        Assert.Contains(trainer.Launches, launch => launch is { Network: "G", Operation: "Adam" });
        IReadOnlyDictionary<string, float> norms = trainer.MeasureGradientNorms();
        Assert.Equal(0, norms["d_grad_norm"]);
        Assert.True(norms["g_grad_norm"] > 0);
        Assert.True(float.IsFinite(trainer.StepDiscriminator().DiscriminatorLoss));
    }

    /// <summary>What is not frozen trains as it would if all were trained whose rates are 0.</summary>
    [Fact]
    public void What_is_not_frozen_has_the_bits_that_it_would_have()
    {
        using Device device = OneThread();
        TrainingOptions still = Options() with { DiscriminatorOptimizer = new AdamOptions(0) };
        using GanTrainer frozen = new(device, Tiny, Pictures, Options("discriminator.*")),
            slow = new(device, Tiny, Pictures, still);
        frozen.Replay(6);
        slow.Replay(6);
        Dictionary<string, float[]> expected = Tensors(slow);
        foreach ((string tensor, float[] values) in Tensors(frozen))
        {
            if (tensor.StartsWith("generator.", StringComparison.Ordinal))
                Assert.Equal(expected[tensor], values);
        }
    }

    [Fact]
    public void Running_means_are_frozen_by_name()
    {
        using Device device = OneThread();
        DataSet data = GanTrainerTests.Bytes(40, 16, 16);
        Preset preset = SmallPreset.Named("dcgan");
        using GanTrainer trainer = new(device, preset, data, preset.Recipe with { BatchSize = 8, Frozen = ["generator.*"] });
        Dictionary<string, float[]> before = Tensors(trainer);
        trainer.Replay(2);
        Dictionary<string, float[]> after = Tensors(trainer);
        Assert.Contains(before.Keys, name => name.StartsWith("generator.", StringComparison.Ordinal)
            && name.EndsWith(".state", StringComparison.Ordinal));
        foreach ((string name, float[] values) in before)
        {
            if (name.StartsWith("generator.", StringComparison.Ordinal))
                Assert.Equal(values, after[name]);
        }

        Assert.Contains(before, tensor => tensor.Key.StartsWith("discriminator.", StringComparison.Ordinal)
            && !tensor.Value.SequenceEqual(after[tensor.Key]));
    }

    [Fact]
    public void Checkpoints_keep_the_patterns()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options("generator.dense1*", "*.bias"));
        trainer.Replay(3);
        trainer.Save(folder.At("three"));
        using GanTrainer resumed = GanTrainer.Resume(device, Pictures, folder.At("three"));
        Assert.Equal(["generator.dense1*", "*.bias"], resumed.Options.Frozen);
        Assert.Equal(trainer.Options, resumed.Options);
        Assert.NotEqual(trainer.Options, Options("*.bias"));
        trainer.Replay(3);
        resumed.Replay(3);
        Assert.Equal(GanTrainerTests.Saved(trainer), GanTrainerTests.Saved(resumed));
    }

    [Theory]
    [InlineData("generator.dens1*", "generator.dense1.bias")]
    [InlineData("discriminator", "discriminator.dense1.bias")]
    [InlineData("Generator.dense2.weight", "generator.dense2.weight")]
    [InlineData("generator.dense1.weight.adam_m", "generator.dense1.weight")]
    public void A_pattern_that_fits_nothing_is_told_with_what_is_near(string pattern, string nearest)
    {
        using Device device = OneThread();
        string message = Assert.Throws<InvalidInputException>(() =>
            new GanTrainer(device, Tiny, Pictures, Options("*.bias", pattern))).Message;
        Assert.Contains($"'{pattern}'", message, StringComparison.Ordinal);
        Assert.Contains($"'{nearest}'", message, StringComparison.Ordinal);
        Assert.Equal(1, message.Count(letter => letter == ';'));
    }

    [Fact]
    public void A_pattern_without_a_name_is_refused()
    {
        using Device device = OneThread();
        foreach (string[] patterns in new string[][] { [""], ["*", " "], [null!] })
            Assert.Throws<InvalidInputException>(() => new GanTrainer(device, Tiny, Pictures, Options(patterns)));
        Assert.Contains(
            "Frozen is null", Assert.Throws<InvalidInputException>(() =>
                new GanTrainer(device, Tiny, Pictures, Options() with { Frozen = null! })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.b.c", false)]
    [InlineData("a*", "a", true)]
    [InlineData("*", "", true)]
    [InlineData("*.c", "a.b.c", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*a", "aa", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("a?c", "abc", false)]
    [InlineData("A*", "a", false)]
    public void A_star_is_any_text(string pattern, string name, bool fits) =>
        Assert.Equal(fits, new FrozenTensors([pattern]).Has(name));

    private static Device OneThread() => Device.Open("cpu", new DeviceOptions { Threads = 1 });

    private static TrainingOptions Options(params string[] frozen) => new() { BatchSize = 6, Frozen = frozen };

    private Dictionary<string, float[]> Tensors(GanTrainer trainer)
    {
        trainer.Save(folder.At("tensors"));
        return SafeTensors.Read(folder.At("tensors")).Tensors.ToDictionary();
    }
}
