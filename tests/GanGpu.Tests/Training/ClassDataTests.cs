using GanGpu.Networks;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>
/// The classes of a data set on a device: planned for, and found where the samples themselves come in parts.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public class ClassDataTests
{
    [Theory]
    [InlineData("cpu", null)]
    [InlineData("emulator", 700L)]
    [InlineData("opencl", null)]
    [InlineData("opencl", 700L)]
    [InlineData("cuda", 700L)]
    public void What_was_planned_is_what_is_allocated(string name, long? dataSetBytes)
    {
        using Device device = TestDevices.Reopen(name, new() { DataSetBytes = dataSetBytes });
        TrainingOptions options = new() { BatchSize = 6 };
        DataSet data = ConditionalTests.Data();
        Preset preset = new Told().For(data, options);
        TrainingMemory memory = TrainingMemoryTests.Planned(device, preset, data, options);
        Assert.Equal(dataSetBytes is not null, memory.StepsPerSlot > 0);
        using GanTrainer trainer = new(device, preset, data, options);
        Assert.Equal(memory.Total, device.Backend.AllocatedBytes);
    }

    /// <summary>
    /// Samples that are brought to the device in parts find their classes: the bits are those of a data set that is
    /// there whole.
    /// </summary>
    [Theory]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void Streamed_samples_have_their_classes(string name)
    {
        byte[][] states = [.. new long?[] { null, 700 }.Select(bytes =>
        {
            using Device device = TestDevices.Reopen(name, new() { DataSetBytes = bytes });
            using GanTrainer trainer =
                new(device, new Told(), ConditionalTests.Data(), new() { BatchSize = 6, Seed = 2 });
            Assert.Equal(bytes is not null, trainer.Trainer.Stream is not null);
            trainer.Replay(13);
            return GanTrainerTests.Saved(trainer);
        })];
        Assert.Equal(states[0], states[1]);
    }

    /// <summary>A layer each, beside the class: no launch takes memory of the device's own.</summary>
    private sealed record Told : GanPreset
    {
        public override int LatentSize { get; init; } = 4;

        public override ClassUse ClassUse => ClassUse.Condition;

        public override Network Generator(SampleFormat sample) => (parameters, latent, labels) =>
            latent.Concatenate(labels!)
                .Dense(parameters, "dense", sample.Length, Activation.Tanh, Initializer.GlorotUniform,
                    Initializer.Zeros);

        public override Network Discriminator(SampleFormat sample) => (parameters, samples, labels) =>
            samples.Concatenate(labels!)
                .Dense(parameters, "dense", 1, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
    }
}
