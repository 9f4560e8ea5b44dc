using GanGpu.Networks;
using GanGpu.OnnxExport;
using GanGpu.Runs;
using GanGpu.Tests.Data;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Checkpoints;

/// <summary>Networks that a program wrote itself, of the public layers.</summary>
public sealed class OwnPresetTests : IDisposable
{
    private readonly TempFolder folder = new();

    private readonly Device device = Device.Open("cpu");

    private string File => folder.At("own.safetensors");

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void They_are_saved_and_go_on_to_the_same_bits()
    {
        using GanTrainer through = Trained(40), half = Trained(20);
        half.Save(File);
        using GanTrainer resumed = GanTrainer.Resume(device, GanTrainerTests.Bytes(95, 3, 3), File, new DensePreset());
        Assert.Equal(20, resumed.Step);
        resumed.Replay(20);
        Assert.Equal(GanTrainerTests.Saved(through), GanTrainerTests.Saved(resumed));
        resumed.RollBack(File);
        Assert.Equal(20, resumed.Step);
    }

    [Fact]
    public void A_loaded_generator_draws_what_the_trained_one_draws()
    {
        using GanTrainer trainer = Trained(5);
        trainer.Save(File);
        using Generator loaded = Generator.Load(device, File, new DensePreset());
        Assert.Equal(
            trainer.Generator.Sample(70, seed: 3).Values.ToArray(), loaded.Sample(70, seed: 3).Values.ToArray());
    }

    [Fact]
    public void Networks_of_classes_get_their_number_from_the_file()
    {
        DataSet data = DataSet.FromBytes(
            "grey", new byte[16 * 9], 16, 3, 3, 1,
            (byte[])[.. Enumerable.Range(0, 16).Select(i => (byte)(i % 4))]);
        using (GanTrainer trainer = new(device, new ClassPreset(), data, new() { BatchSize = 8 }))
            trainer.Save(File);
        using Generator loaded = Generator.Load(device, File, new ClassPreset());
        Assert.Equal(4, loaded.Classes);
    }

    [Fact]
    public void Whoever_opens_them_without_the_preset_is_told_how()
    {
        using (GanTrainer trainer = Trained(1))
            trainer.Save(File);
        foreach (Action open in new Action[]
        {
            () => Generator.Load(device, File), () => GanTrainer.Resume(device, GanTrainerTests.Bytes(95, 3, 3), File),
            () => OnnxFile.WriteGenerator(File, folder.At("a.onnx")), () =>
                TorchWeights.WriteGenerator(File, folder.At("a.safetensors")),
        })
        {
            Assert.Equal(
                $"'{File}' has networks of a program's own preset, 'DensePreset': open it in that program, with " +
                "Generator.Load(device, path, preset) or GanTrainer.Resume(device, data, path, preset).",
                Assert.Throws<InvalidInputException>(open).Message);
        }

        Assert.Equal(1, GanGpu.Training.Checkpoint.Read(File).Step);
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void Tensors_must_be_those_of_the_preset_that_is_given()
    {
        using (GanTrainer trainer = Trained(1))
            trainer.Save(File);
        Refused(new DensePreset { Units = 13 }, "'generator.g1.weight' is 8x12 instead of 8x13");
        Refused(new DensePreset { LatentSize = 9 }, "latent vectors of 8 values, and the preset has 9");
        Refused(new ClassPreset { LatentSize = 8 }, "ClassPreset");
        Refused(Preset.Mlp with { LatentSize = 8 }, "'generator.dense1.weight' of 8x128 is missing");

        void Refused(Preset preset, string why)
        {
            string message = Assert.Throws<InvalidInputException>(() => Generator.Load(device, File, preset)).Message;
            Assert.Contains(why, message, StringComparison.Ordinal);
            Assert.Equal(
                message,
                Assert.Throws<InvalidInputException>(
                    () => GanTrainer.Resume(device, GanTrainerTests.Bytes(95, 3, 3), File, preset)).Message);
        }
    }

    [Fact]
    public void The_library_s_own_presets_can_be_given_as_well()
    {
        MlpPreset small = Preset.Mlp with
        {
            LatentSize = 8,
            GeneratorUnits = new(16, 24),
            DiscriminatorUnits = new(24, 16),
        };
        using (GanTrainer trainer = new(device, small, GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10 }))
            trainer.Save(File);
        using Generator loaded = Generator.Load(device, File, small);
        Assert.Throws<InvalidInputException>(
            () => Generator.Load(device, File, small with { GeneratorUnits = new(16, 25) }));
    }

    [Fact]
    public void A_run_s_settings_keep_the_preset_s_name()
    {
        RunSettings settings = new()
        {
            Preset = new DensePreset(),
            Options = new(),
            Data = "digits",
            DataCount = 95,
            Sample = SampleFormat.OfImages(3, 3, 1),
            SampleEvery = 10,
            Sessions = [
                new RunSession {
                    DeviceAsked = "cpu", Device = "cpu", DeviceDescription = "", FromStep = 0, ToStep = 10 }],
        };
        Assert.Contains("\"name\": \"own\"", settings.ToJson(), StringComparison.Ordinal);
        Assert.Contains("\"type\": \"DensePreset\"", settings.ToJson(), StringComparison.Ordinal);
        using (RunFolder.Create(folder.At("run"), settings))
        {
        }

        RunSettings read = RunFolder.ReadSettings(folder.At("run"));
        Assert.Equal(settings.ToJson(), read.ToJson());
        Assert.Empty(settings.DifferencesFrom(read));
    }

    [Fact]
    public void A_network_of_the_wrong_width_is_told_in_the_caller_s_terms()
    {
        Refused(new DensePreset { Extra = 1 },
            "The generator makes 10 values, a sample of 3x3x1 has 9; correct Generator of DensePreset.");
        Refused(new DensePreset { Logits = 3 },
            "The discriminator makes 3 logits of a sample, and is to make 1; correct Discriminator of DensePreset.");
    }

    [Fact]
    public void A_network_that_is_null_or_gives_null_is_named()
    {
        Refused(new NullPreset { Which = 0 }, "Generator of NullPreset returned null, and no network.");
        Refused(new NullPreset { Which = 1 },
            "The network that Generator of NullPreset returned gave null, and no tensor.");
        Refused(new NullPreset { Which = 2 }, "Discriminator of NullPreset returned null, and no network.");
        Refused(new NullPreset { Which = 3 },
            "The network that Discriminator of NullPreset returned gave null, and no tensor.");
    }

    private void Refused(Preset preset, string sentence)
    {
        Assert.Equal(
            sentence,
            Assert.Throws<InvalidInputException>(
                () => new GanTrainer(device, preset, GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10 }))
            .Message);
        Assert.Equal(0, device.LiveBuffers);
    }

    private GanTrainer Trained(int steps)
    {
        GanTrainer trainer = new(
            device, new DensePreset(), GanTrainerTests.Bytes(95, 3, 3),
            new() { BatchSize = 10, Seed = 7, GeneratorOptimizer = new AdamOptions { Average = new(0.99) } });
        trainer.Replay(steps);
        return trainer;
    }

    private sealed record DensePreset : GanPreset
    {
        public override int LatentSize { get; init; } = 8;

        public int Units { get; init; } = 12;

        public int Extra { get; init; }

        public int Logits { get; init; } = 1;

        public override Network Generator(SampleFormat sample) => (parameters, latent, _) => latent
            .Dense(parameters, "g1", Units, Activation.Relu, Initializer.HeNormal, Initializer.Zeros)
            .Dense(parameters, "g2", sample.Length + Extra, Activation.Tanh, Initializer.GlorotUniform, null);

        public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) => samples
            .Dense(parameters, "d", Logits, Activation.Identity, Initializer.GlorotUniform, null);
    }

    private sealed record ClassPreset : GanPreset
    {
        public override int LatentSize { get; init; } = 8;

        public override ClassUse ClassUse => ClassUse.Condition;

        public override Network Generator(SampleFormat sample) => (parameters, latent, labels) =>
            latent.Concatenate(labels!.Embed(parameters, "classes", 4, Initializer.Normal(1f)))
            .Dense(parameters, "g", sample.Length, Activation.Tanh, Initializer.GlorotUniform, null);

        public override Network Discriminator(SampleFormat sample) => (parameters, samples, labels) =>
            samples.Concatenate(labels!.Embed(parameters, "classes", 4, Initializer.Normal(1f)))
            .Dense(parameters, "d", 1, Activation.Identity, Initializer.GlorotUniform, null);
    }

    private sealed record NullPreset : GanPreset
    {
        public int Which { get; init; }

        public override int LatentSize { get; init; } = 8;

        public override Network Generator(SampleFormat sample) => Which == 0 ? null! : Which == 1 ? (_, _, _) => null!
            : (parameters, latent, _) =>
                latent.Dense(parameters, "g", sample.Length, Activation.Tanh, Initializer.GlorotUniform, null);

        public override Network Discriminator(SampleFormat sample) => Which == 2 ? null! : (_, _, _) => null!;
    }
}
