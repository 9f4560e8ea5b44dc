using GanGpu.Checkpoints;
using GanGpu.PyTorch;
using GanGpu.Runs;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Trainings that begin with the weights of another.</summary>
public sealed class FineTuneTests : IDisposable
{
    private static readonly MlpPreset Tiny = Preset.Mlp with
    {
        LatentSize = 3,
        GeneratorUnits = new(8, 8),
        DiscriminatorUnits = new(8, 8),
    };

    private static readonly DataSet Pictures = GanTrainerTests.Bytes(60, 3, 4), Others = GanTrainerTests.Bytes(35, 3, 4);

    private readonly TempFolder folder = new();
    private readonly Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void It_begins_with_the_weights_on_other_data_and_with_other_options()
    {
        using GanTrainer first = new(device, Tiny, Pictures, new() { BatchSize = 6, Seed = 3 });
        first.Replay(8);
        first.Save(folder.At("first"));
        TrainingOptions options = new() { BatchSize = 5, Seed = 9, DiscriminatorSteps = 2 };
        using GanTrainer tuned = GanTrainer.FineTune(device, Others, folder.At("first"), options: options);
        Assert.Equal((0, Tiny, options), (tuned.Step, tuned.Preset, tuned.Options));
        tuned.Save(folder.At("begun"));
        Dictionary<string, float[]> before = Tensors("first"), begun = Tensors("begun");
        foreach ((string name, float[] values) in before)
        {
            if (name.Contains(".adam_", StringComparison.Ordinal))
                Assert.All(begun[name], value => Assert.Equal(0, value));
            else
                Assert.Equal(values, begun[name]);
        }

        // It is a training like any: resumed it ends with the same bits, and still says where it came from.
        tuned.Replay(4);
        tuned.Save(folder.At("four"));
        using GanTrainer resumed = GanTrainer.Resume(device, Others, folder.At("four"));
        Assert.StartsWith("first (step 8, SHA-256 ", resumed.FineTunedFrom, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.At(""), resumed.FineTunedFrom, StringComparison.Ordinal);
        Assert.Equal(tuned.FineTunedFrom, resumed.FineTunedFrom);
        Assert.Null(first.FineTunedFrom);
        tuned.Replay(4);
        resumed.Replay(4);
        Assert.Equal(GanTrainerTests.Saved(tuned), GanTrainerTests.Saved(resumed));
        // And the seed decides all that is drawn.
        using GanTrainer again = GanTrainer.FineTune(device, Others, folder.At("first"), options: options);
        again.Replay(8);
        Assert.Equal(GanTrainerTests.Saved(tuned), GanTrainerTests.Saved(again));
    }

    [Fact]
    public void Options_are_those_of_the_file_unless_they_are_given()
    {
        TrainingOptions options = new()
        {
            BatchSize = 6,
            Seed = 4,
            GeneratorOptimizer = new RmsPropOptions(1e-3),
            Frozen = ["*.dense1.*"],
        };
        using GanTrainer first = new(device, Tiny, Pictures, options);
        first.Save(folder.At("first"));
        using GanTrainer tuned = GanTrainer.FineTune(device, Others, folder.At("first"));
        Assert.Equal(options, tuned.Options);
    }

    [Fact]
    public void Averaged_weights_are_what_it_begins_with()
    {
        TrainingOptions options = new()
        {
            BatchSize = 6,
            GeneratorOptimizer = new AdamOptions(0.01) { Average = new WeightAverage(0.9) },
        };
        using GanTrainer first = new(device, Tiny, Pictures, options);
        first.Replay(20);
        first.Save(folder.At("first"));
        using Generator drawn = Generator.Load(device, folder.At("first"));
        foreach (TrainingOptions? how in new[] { null, new TrainingOptions { BatchSize = 6 } })
        {
            using GanTrainer tuned = GanTrainer.FineTune(device, Others, folder.At("first"), options: how);
            Assert.Equal(drawn.Sample(5).Values.ToArray(), tuned.Generator.Sample(5).Values.ToArray());
            tuned.Save(folder.At("begun"));
            Dictionary<string, float[]> before = Tensors("first"), begun = Tensors("begun");
            Assert.Equal(before["generator.dense1.weight.average"], begun["generator.dense1.weight"]);
            Assert.NotEqual(before["generator.dense1.weight"], begun["generator.dense1.weight"]);
            Assert.Equal(before["discriminator.dense1.weight"], begun["discriminator.dense1.weight"]);
            if (how is null)
                Assert.Equal(before["generator.dense1.weight.average"], begun["generator.dense1.weight.average"]);
        }
    }

    [Fact]
    public void Running_means_come_along()
    {
        DataSet data = GanTrainerTests.Bytes(40, 16, 16);
        Preset preset = SmallPreset.Named("dcgan");
        using GanTrainer first = new(device, preset, data, preset.Recipe with { BatchSize = 8 });
        first.Replay(3);
        first.Save(folder.At("first"));
        using GanTrainer tuned = GanTrainer.FineTune(device, data, folder.At("first"));
        tuned.Save(folder.At("begun"));
        Dictionary<string, float[]> before = Tensors("first"), begun = Tensors("begun");
        Assert.Contains(before.Keys, name => name.EndsWith(".state", StringComparison.Ordinal));
        foreach ((string name, float[] values) in before)
        {
            if (!name.Contains(".adam_", StringComparison.Ordinal))
                Assert.Equal(values, begun[name]);
        }
    }

    [Fact]
    public void Imported_weights_are_a_generator_and_the_discriminator_begins_anew()
    {
        DataSet data = GanTrainerTests.Bytes(60, 4, 4);
        using GanTrainer first = new(device, Preset.Mlp, data, new() { BatchSize = 6 });
        first.Replay(3);
        first.Save(folder.At("first"));
        TorchWeights.WriteGenerator(folder.At("first"), folder.At("torch.safetensors"));
        WeightImport.Import(
            folder.At("torch.safetensors"), folder.At("imported"),
            new WeightImportOptions { Preset = Preset.Mlp, Sample = data.Format });
        TrainingOptions options = new() { BatchSize = 6, Seed = 8 };
        using GanTrainer tuned = GanTrainer.FineTune(device, data, folder.At("imported"), options: options),
            anew = new(device, Preset.Mlp, data, options);
        tuned.Save(folder.At("begun"));
        anew.Save(folder.At("anew"));
        Dictionary<string, float[]> before = Tensors("first"), begun = Tensors("begun"), drawn = Tensors("anew");
        foreach (string name in begun.Keys.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)))
            Assert.Equal((name.StartsWith("generator.", StringComparison.Ordinal) ? before : drawn)[name], begun[name]);
        Assert.StartsWith("imported (imported, SHA-256 ", tuned.FineTunedFrom, StringComparison.Ordinal);
        tuned.Replay(2);
    }

    [Fact]
    public void Other_samples_classes_and_networks_are_refused()
    {
        using GanTrainer first = new(device, Tiny, Pictures, new() { BatchSize = 6 });
        first.Save(folder.At("first"));
        Refused("samples of 3x4x1", () => GanTrainer.FineTune(device, GanTrainerTests.Bytes(60, 4, 3), folder.At("first")));
        Refused("Packing", () => GanTrainer.FineTune(
            device, Others, folder.At("first"), options: new() { BatchSize = 6, Packing = 2 }));
        Refused("does not fit the preset", () => GanTrainer.FineTune(
            device, Others, folder.At("first"), Tiny with { GeneratorUnits = new(9, 8) }));
        Refused("35 samples", () => GanTrainer.FineTune(device, Others, folder.At("first"), options: new()));

        CganPreset cgan = (CganPreset)SmallPreset.Named("cgan");
        using GanTrainer conditional = new(device, cgan, Classes(3), new() { BatchSize = 6 });
        conditional.Save(folder.At("classes"));
        Refused("knows 3 classes", () => GanTrainer.FineTune(device, Classes(4), folder.At("classes")));
        Refused("learns from the classes", () =>
            GanTrainer.FineTune(device, GanTrainerTests.Bytes(60, 6, 6), folder.At("classes")));
        GanTrainer.FineTune(device, Classes(2), folder.At("classes")).Dispose();
        Assert.Equal(1, device.LiveBuffers == 0 ? 0 : 1);

        static void Refused(string reason, Func<GanTrainer> tune) => Assert.Contains(
            reason, Assert.Throws<InvalidInputException>(tune).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_says_where_its_weights_came_from_and_goes_on()
    {
        using GanTrainer first = new(device, Tiny, Pictures, new() { BatchSize = 6, ReportEvery = 5 });
        first.Replay(7);
        first.Save(folder.At("first"));
        TrainingOptions frozen = first.Options with { Frozen = ["discriminator.*"] };
        foreach ((string name, int[] parts) in new[] { ("whole", new[] { 20 }), ("halves", [10, 20]) })
        {
            foreach (int steps in parts)
            {
                using TrainingRun run = TrainingRun.StartOrResume(
                    device, Tiny, Others, folder.At(name), frozen,
                    new RunOptions { Steps = steps, SampleEvery = 10, From = folder.At("first") });
                await run.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(
            File.ReadAllBytes(folder.At("whole/checkpoint.safetensors")),
            File.ReadAllBytes(folder.At("halves/checkpoint.safetensors")));
        RunSettings settings = RunFolder.ReadSettings(folder.At("whole"));
        Assert.StartsWith("first (step 7, SHA-256 ", settings.FineTunedFrom, StringComparison.Ordinal);
        Assert.Equal(["discriminator.*"], settings.Options.Frozen);
        Assert.Contains("\"frozen\"", File.ReadAllText(folder.At("whole/settings.json")), StringComparison.Ordinal);
        Assert.DoesNotContain(
            folder.At("first"), File.ReadAllText(folder.At("whole/settings.json")), StringComparison.Ordinal);
        Assert.Equal(
            Tensors("first")["discriminator.dense1.weight"],
            Tensors("whole/checkpoint.safetensors")["discriminator.dense1.weight"]);

        // Without options they are those of the file; from another file it is another run.
        using (TrainingRun same = TrainingRun.Start(
            device, Tiny, Others, folder.At("same"), run: new() { Steps = 1, From = folder.At("first") }))
            Assert.Equal(first.Options, same.Trainer.Options);
        first.Replay();
        first.Save(folder.At("second"));
        Assert.Contains("fine_tuned_from", Assert.Throws<InvalidInputException>(() => TrainingRun.StartOrResume(
            device, Tiny, Others, folder.At("whole"), frozen,
            new RunOptions { Steps = 20, From = folder.At("second") })).Message, StringComparison.Ordinal);
    }

    private static DataSet Classes(int count)
    {
        byte[] pixels = new byte[60 * 36];
        new Random(2).NextBytes(pixels);
        return DataSet.FromBytes(
            "classes", pixels, 60, 6, 6, 1, (byte[])[.. Enumerable.Range(0, 60).Select(i => (byte)(i % count))]);
    }

    private Dictionary<string, float[]> Tensors(string name) =>
        SafeTensors.Read(folder.At(name)).Tensors.ToDictionary();
}
