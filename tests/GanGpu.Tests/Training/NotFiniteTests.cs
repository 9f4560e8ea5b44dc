using GanGpu.Tests.Data;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>
/// Numbers that are not finite, in weights, moments and losses: named, and never written over a good checkpoint.
/// </summary>
public sealed class NotFiniteTests
{
    [Theory]
    [InlineData("generator.dense2.weight", float.NaN)]
    [InlineData("discriminator.dense1.bias", float.PositiveInfinity)]
    [InlineData("discriminator.dense1.weight.adam_v", float.NegativeInfinity)]
    public void A_checkpoint_is_not_replaced_by_one_that_is_of_no_use(string tensor, float value)
    {
        using Device device = Device.Open("cpu");
        using TempFolder folder = new();
        using GanTrainer trainer = Trainer(device);
        trainer.Replay(2);
        trainer.Save(folder.At("checkpoint"));
        byte[] good = File.ReadAllBytes(folder.At("checkpoint"));

        Spoil(trainer, tensor, value);
        string message = Assert.Throws<TrainingDivergedException>(() => trainer.Save(folder.At("checkpoint"))).Message;
        Assert.Contains($"'{tensor}'", message, StringComparison.Ordinal);
        Assert.Contains("by step 2", message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(folder.At("checkpoint")));
        Assert.Throws<TrainingDivergedException>(() => trainer.Save(folder.At("other")));
        Assert.False(File.Exists(folder.At("other")));
    }

    [Fact]
    public async Task The_first_step_that_is_lost_is_named_and_so_is_a_tensor()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = Trainer(device);
        trainer.Replay(7);
        Spoil(trainer, "discriminator.dense1.weight", float.NaN);
        string message = (await Assert.ThrowsAsync<TrainingDivergedException>(async () =>
        {
            await foreach (TrainingReport _ in trainer.StepReportsAsync(20, TestContext.Current.CancellationToken))
            {
            }
        })).Message;
        // Step 8 is the first with the spoilt weight; the report comes later.
        Assert.Contains("at step 8:", message, StringComparison.Ordinal);
        Assert.Contains("the tensor 'discriminator.dense1.weight'", message, StringComparison.Ordinal);
    }

    private static GanTrainer Trainer(Device device) => new(
        device, Preset.Mlp with
        {
            LatentSize = 8,
            GeneratorUnits = new(16, 24),
            DiscriminatorUnits = new(24, 16),
        }, GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10, ReportEvery = 10 });

    private static void Spoil(GanTrainer trainer, string tensor, float value)
    {
        string[] parts = tensor.Split('.');
        bool generator = parts[0] == "generator";
        WeightArena weights = generator ? trainer.GeneratorWeights : trainer.DiscriminatorWeights;
        OptimizerState optimizer = generator ? trainer.GeneratorOptimizer : trainer.DiscriminatorOptimizer;
        int offset =
            weights.Parameters.All.Single(parameter => parameter.Tensor.Name == $"{parts[1]}.{parts[2]}").Offset;
        (parts.Length == 3 ? weights.Values : optimizer.Moments.Single(moment => moment.Name == parts[3]).Values)
            .CopyFrom([value], offset + 1);
    }
}
