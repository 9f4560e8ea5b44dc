using GanGpu.Tests.Data;

namespace GanGpu.Tests.Training;

public class RollBackTests
{
    private static readonly MlpPreset Tiny = Preset.Mlp with
    {
        LatentSize = 3,
        GeneratorUnits = new(8, 8),
        DiscriminatorUnits = new(8, 8),
    };

    private static readonly DataSet Pictures = GanTrainerTests.Bytes(60, 3, 4);

    private static TrainingOptions Options => new()
    {
        BatchSize = 6,
        GeneratorOptimizer = new AdamOptions(1e-3),
        DiscriminatorOptimizer = new AdamOptions(2e-3),
    };

    [Fact]
    public void It_is_the_earlier_state_with_other_learning_rates()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TempFolder folder = new();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options), slower = new(device, Tiny, Pictures, Options);
        trainer.Replay(5);
        trainer.Save(folder.At("five"));
        trainer.Replay(7);
        trainer.RollBack(folder.At("five"), 0.5);
        Assert.Equal(5, trainer.Step);
        Assert.Equal(
            (5e-4, 1e-3),
            (trainer.Options.GeneratorOptimizer.LearningRate, trainer.Options.DiscriminatorOptimizer.LearningRate));

        // The bits are those of a training that was resumed with those rates.
        trainer.Save(folder.At("back"));
        using GanTrainer resumed = GanTrainer.Resume(device, Pictures, folder.At("back"));
        trainer.Replay(4);
        resumed.Replay(4);
        trainer.Save(folder.At("a"));
        resumed.Save(folder.At("b"));
        Assert.Equal(File.ReadAllBytes(folder.At("a")), File.ReadAllBytes(folder.At("b")));

        // And others than with the rates before.
        slower.Replay(9);
        slower.Save(folder.At("c"));
        Assert.NotEqual(
            GanTrainerTests.Values(File.ReadAllBytes(folder.At("a"))),
            GanTrainerTests.Values(File.ReadAllBytes(folder.At("c"))));
        trainer.RollBack(folder.At("five"), 0.5);
        Assert.Equal(2.5e-4, trainer.Options.GeneratorOptimizer.LearningRate, 1e-12);
    }

    [Fact]
    public void Another_training_s_checkpoint_is_refused_and_changes_nothing()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TempFolder folder = new();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options),
            other = new(device, Tiny, Pictures, Options with { Seed = 9 });
        other.Save(folder.At("other"));
        trainer.Replay(3);
        trainer.Save(folder.At("before"));
        Assert.Contains(
            "another training", Assert.Throws<InvalidInputException>(() => trainer.RollBack(folder.At("other")))
            .Message, StringComparison.Ordinal);
        trainer.Save(folder.At("after"));
        Assert.Equal(File.ReadAllBytes(folder.At("before")), File.ReadAllBytes(folder.At("after")));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.RollBack(folder.At("before"), 0));
    }
}
