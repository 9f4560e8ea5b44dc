using GanGpu.Measures;
using GanGpu.Networks;
using GanGpu.Tests.Data;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Runs;

/// <summary>Several seeds, and presets of a program's own, without the command line.</summary>
public sealed class SeedRunsTests : IDisposable
{
    private static readonly TrainingOptions How = new() { BatchSize = 8, ReportEvery = 5 };

    private static readonly RunOptions Short = new() { Steps = 10 };

    private readonly TempFolder folder = new();
    private readonly Device device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
    private readonly DataSet data = GanTrainerTests.Bytes(60, 6, 6);

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_preset_of_ones_own_is_trained_by_several_seeds_measured_and_gone_on_with()
    {
        Own own = new();
        SeedRuns runs = SeedRuns.Prepare(device, own, data, folder.At("many"), [3, 4], How, Short);
        Assert.Equal(2, runs.AtOnce);
        Assert.False(Directory.Exists(folder.At("many")));
        List<ulong> shown = [];
        IReadOnlyList<SeedResult> results = await runs.TrainAsync(
            (seed, _, last) =>
            {
                lock (shown)
                    shown.Add(seed);
                Assert.Equal(10, last);
            }, TestContext.Current.CancellationToken);
        Assert.Equal([3ul, 4], results.Select(result => result.Seed));
        Assert.Equal(new ulong[] { 3, 4 }, shown.Distinct().Order());
        Assert.All(results, result => Assert.NotNull(result.Evaluation!.Get<KernelDistance>()));
        SeedFigure figure = SeedFigure.Of(results)[0];
        Assert.Equal(2, figure.Seeds);
        Assert.Equal(results.Average(result => result.Evaluation!.Figures.First().Value!.Value), figure.Mean, 1e-9);

        byte[] trained = File.ReadAllBytes(Path.Combine(folder.At("many"), "seed-3", "checkpoint.safetensors"));
        await SeedRuns.Prepare(device, own, data, folder.At("many"), [3, 4], How, Short)
            .TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            trained, File.ReadAllBytes(Path.Combine(folder.At("many"), "seed-3", "checkpoint.safetensors")));

        using TrainingRun more = TrainingRun.Resume(
            device, data, Path.Combine(folder.At("many"), "seed-3"), new RunOptions { Steps = 5 }, own);
        Assert.Equal((10, 15), (more.FirstStep, more.LastStep));
        await more.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(15, more.Trainer.Step);
    }

    [Fact]
    public async Task A_seed_that_diverges_says_so_and_the_others_are_measured()
    {
        SeedRuns runs = SeedRuns.Prepare(
            device, Preset.Mlp, data, folder.At("many"), [1],
            How with { GeneratorOptimizer = new GanGpu.AdamOptions(1e30f) }, Short with { Steps = 60 });
        SeedResult result = Assert.Single(await runs.TrainAsync(cancellationToken: TestContext.Current.CancellationToken));
        Assert.Null(result.Evaluation);
        Assert.NotNull(result.Diverged);
        Assert.Empty(SeedFigure.Of([result]));
    }

    [Fact]
    public void What_can_not_be_trained_or_measured_is_refused_before_there_is_a_folder()
    {
        Assert.Throws<InvalidInputException>(() => Prepare([]));
        Assert.Throws<InvalidInputException>(() => Prepare([1, 1]));
        Assert.Contains(
            "no measure 'most'",
            Assert.Throws<InvalidInputException>(() => SeedRuns.Prepare(
                device, Preset.Mlp, data, folder.At("many"), [1], How, Short with { Best = "most" })).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("many")));
        Assert.Throws<InvalidInputException>(
            () => SeedRuns.Prepare(device, Preset.Mlp, GanTrainerTests.Bytes(4, 6, 6), folder.At("many"), [1], How));
        Directory.CreateDirectory(folder.At("many"));
        File.WriteAllText(Path.Combine(folder.At("many"), "letter.txt"), "mine");
        Assert.Throws<InvalidInputException>(() => Prepare([1]));
        Assert.Single(Directory.GetFileSystemEntries(folder.At("many")));

        SeedRuns Prepare(ulong[] seeds) =>
            SeedRuns.Prepare(device, Preset.Mlp, data, folder.At("many"), seeds, How, Short);
    }

    private sealed record Own : GanPreset
    {
        public override int LatentSize { get; init; } = 8;

        public override Network Generator(SampleFormat sample) => (parameters, latent, _) => latent
            .Dense(parameters, "g1", 12, Activation.Relu, Initializer.HeNormal, Initializer.Zeros)
            .Dense(parameters, "g2", sample.Length, Activation.Tanh, Initializer.GlorotUniform, null);

        public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) => samples
            .Dense(parameters, "d", 1, Activation.Identity, Initializer.GlorotUniform, null);
    }
}
