using GanGpu.Checkpoints;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Checkpoints;

/// <summary>
/// Checkpoints of other versions. Golden/checkpoint-1.safetensors was written by GanGpu 0.1.0: toy-2d with two layers
/// of four units, ten steps of batch 16 on the ring, seed 9. From the first release on it is never written anew: what is
/// in it has to stay of use. (Before that its samples' size became their format.)
/// </summary>
public sealed class EarlierVersionTests
{
    private static string Golden =>
        Path.Combine(Repository.Root, "tests", "GanGpu.Tests", "Checkpoints", "Golden", "checkpoint-1.safetensors");

    [Fact]
    public void A_checkpoint_of_the_first_version_draws_what_it_drew_and_goes_on()
    {
        using Device device = Device.Open("cpu");
        using Generator generator = Generator.Load(device, Golden);
        float[] drawn = [-0.11245645f, 0.06924101f, -1.3350572E-05f, 1.7346974E-05f, -0.12862964f, 0.079320095f],
            samples = generator.Sample(3, 1).Values.ToArray();
        Assert.All(drawn.Zip(samples), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        using GanTrainer trainer = GanTrainer.Resume(device, DataSource.Open("ring"), Golden);
        Assert.Equal(10, trainer.Step);
        trainer.Replay(5);
        using TempFolder folder = new();
        trainer.Save(folder.At("on"));
        Assert.Equal(15, Checkpoint.Read(folder.At("on")).Step);
    }

    [Fact]
    public void One_of_a_newer_version_says_so()
    {
        string message = Changed(file => file.Metadata["format"] = "gangpu-checkpoint-2");
        Assert.Contains("newer GanGpu", message, StringComparison.Ordinal);
        Assert.Contains("gangpu-checkpoint-2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_tensor_that_differs_from_the_preset_is_named()
    {
        string message = Changed(
            file => file.Metadata["preset"] = file.Metadata["preset"]
            .Replace("\"Units\":4", "\"Units\":5", StringComparison.Ordinal));
        foreach (
            string part in new[] {
                "'generator.dense1.weight' is 2x4 instead of 2x5", "'generator.dense2.weight' is 4x4 instead of 5x5",
                "'generator.output.weight' is 4x2 instead of 5x2" })
            Assert.Contains(part, message, StringComparison.Ordinal);
        message = Changed(
            file => file.Metadata["preset"] = file.Metadata["preset"]
            .Replace("\"HiddenLayers\":2", "\"HiddenLayers\":3", StringComparison.Ordinal));
        Assert.Contains("'generator.dense3.bias' of 1x4 is missing", message, StringComparison.Ordinal);
    }

    /// <summary>What is said of the file after a change.</summary>
    private static string Changed(Action<SafeTensors> change)
    {
        using TempFolder folder = new();
        SafeTensors file = SafeTensors.Read(Golden);
        string preset = file.Metadata["preset"], format = file.Metadata["format"];
        change(file);
        Assert.NotEqual((preset, format), (file.Metadata["preset"], file.Metadata["format"]));
        using (FileStream stream = File.Create(folder.At("changed")))
            file.Write(stream);
        using Device device = Device.Open("cpu");
        return Assert.Throws<InvalidInputException>(() => Generator.Load(device, folder.At("changed"))).Message;
    }
}
