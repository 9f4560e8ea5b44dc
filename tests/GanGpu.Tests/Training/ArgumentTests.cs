using GanGpu.Data;
using GanGpu.OnnxExport;
using GanGpu.PyTorch;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Training;

/// <summary>What is said of arguments is said in the caller's names.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly TempFolder folder = new();

    private readonly Device device = Device.Open("cpu", new() { Threads = 1 });

    private static MlpPreset Small => Preset.Mlp with
    {
        LatentSize = 4,
        GeneratorUnits = new(4, 4),
        DiscriminatorUnits = new(4, 4),
    };

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_path_that_is_empty_or_null_is_the_argument_path()
    {
        using GanTrainer trainer = Trainer();
        foreach (Action<string> call in new Action<string>[]
        {
            path => Generator.Load(device, path), path => Generator.Load(device, path, Small), path =>
                GanTrainer.Resume(device, Data, path), path => GanTrainer.Resume(device, Data, path, Small),
            trainer.Save, path => trainer.RollBack(path), path => AtomicFile.Write(path, _ => { }),
        })
        {
            Assert.Equal("path", Assert.Throws<ArgumentException>(() => call("")).ParamName);
            Assert.Equal("path", Assert.Throws<ArgumentNullException>(() => call(null!)).ParamName);
        }
    }

    [Fact]
    public void Folders_above_a_file_are_made_whoever_writes_it()
    {
        using GanTrainer trainer = Trainer();
        string checkpoint = folder.At("new/one/x.safetensors");
        trainer.Save(checkpoint);
        OnnxFile.WriteGenerator(checkpoint, folder.At("new/two/x.onnx"));
        TorchWeights.WriteGenerator(checkpoint, folder.At("new/three/x.safetensors"));
        TorchWeights.WriteGeneratorCode(checkpoint, folder.At("new/four/x.py"));
        WeightImport.Import(folder.At("new/three/x.safetensors"), folder.At("new/five/y.safetensors"));
        using Generator loaded = Generator.Load(device, folder.At("new/five/y.safetensors"));
        foreach (string file in new[] { "new/two/x.onnx", "new/four/x.py" })
            Assert.True(new FileInfo(folder.At(file)).Length > 0);
    }

    [Fact]
    public void A_file_that_can_t_be_written_is_named_and_not_the_one_beside_it()
    {
        using GanTrainer trainer = Trainer();
        Directory.CreateDirectory(folder.At("taken/inner"));
        foreach (
            Action<string> write in new Action<string>[] {
                trainer.Save, path => AtomicFile.Write(path, _ => { }), path =>
                AtomicFile.Write(path, _ => throw new IOException("The disk is full.")) })
        {
            IOException e = Assert.ThrowsAny<IOException>(() => write(folder.At("taken")));
            Assert.DoesNotContain(".tmp", e.Message, StringComparison.Ordinal);
            Assert.Equal(
                ["taken"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(folder.At("taken"))!)
                .Select(Path.GetFileName));
        }
    }

    [Fact]
    public void An_option_that_is_null_is_named()
    {
        foreach ((TrainingOptions options, string name) in new[]
        {
            (new TrainingOptions { GeneratorOptimizer = null! }, "GeneratorOptimizer"),
                (new TrainingOptions { DiscriminatorOptimizer = null! }, "DiscriminatorOptimizer"),
            (new TrainingOptions { Penalty = null! }, "Penalty"),
        })
        {
            string message = Assert.Throws<InvalidInputException>(
                () => new GanTrainer(device, Small, Data, options with { BatchSize = 4 })).Message;
            Assert.StartsWith($"The option {name} is null; ", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    [InlineData(100_000)]
    [InlineData(int.MaxValue)]
    public void Threads_out_of_range_get_the_range(int threads)
    {
        string sentence = FormattableString.Invariant(
            $"The number of threads can be 1 to 65535, or 0 for one per core, but is {threads}.");
        Assert.Equal(
            sentence,
            Assert.Throws<InvalidInputException>(() => Device.Open("cpu", new() { Threads = threads })).Message);
        Assert.Equal(
            sentence, Assert.Throws<InvalidInputException>(() => Device.List(new() { Threads = threads })).Message);
    }

    [Fact]
    public void A_latent_value_that_is_no_number_is_told_by_its_place()
    {
        using GanTrainer trainer = Trainer();
        float[] latents = new float[12];
        latents[6] = float.NaN;
        ArgumentException e = Assert.Throws<ArgumentException>(() => trainer.Generator.Generate(latents));
        Assert.Equal("latents", e.ParamName);
        Assert.StartsWith(
            "Value 2 of latent vector 1, index 6, is NaN, no finite number.", e.Message, StringComparison.Ordinal);
        latents[6] = 0;
        latents[0] = float.PositiveInfinity;
        Assert.Throws<ArgumentException>(() => trainer.Generator.Generate(latents));
    }

    [Fact]
    public void More_samples_than_an_array_holds_are_refused_with_the_number_to_ask_for()
    {
        using GanTrainer trainer = Trainer();
        Assert.Equal(
            "2,147,483,647 samples of 9 values are more than an array holds; draw at most 238,609,287 at once.",
            Assert.Throws<InvalidInputException>(() => trainer.Generator.Sample(int.MaxValue)).Message);
        Assert.Throws<InvalidInputException>(() => trainer.Generator.Latents(int.MaxValue));
    }

    /// <summary>Pictures every 0 steps would be a division by 0 once the run trains.</summary>
    [Theory]
    [InlineData("SampleEvery")]
    [InlineData("KeepCheckpoints")]
    public void An_interval_of_a_run_that_is_none_is_refused_before_there_is_a_folder(string name)
    {
        RunOptions run = name == "SampleEvery" ? new() { Steps = 4, SampleEvery = 0 }
            : new() { Steps = 4, KeepCheckpoints = 0 };
        long before = device.LiveBuffers;
        Assert.Equal(
            $"The option {name} of a run must be at least 1, not 0.",
            Assert.Throws<InvalidInputException>(() => TrainingRun.Start(
                device, Small, Data, folder.At("run"), new TrainingOptions { BatchSize = 4 }, run)).Message);
        Assert.False(Directory.Exists(folder.At("run")));
        Assert.Equal(before, device.LiveBuffers);
    }

    [Fact]
    public void A_number_of_steps_out_of_range_is_refused_at_the_call()
    {
        using GanTrainer trainer = Trainer();
        Assert.Equal("steps", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.StepReportsAsync(0)).ParamName);
        Assert.Equal("epochs", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.ReportsAsync(0)).ParamName);
    }

    private static DataSet Data => DataSet.FromBytes("grey", new byte[8 * 9], 8, 3, 3, 1);

    private GanTrainer Trainer() => new(device, Small, Data, new() { BatchSize = 4 });
}
