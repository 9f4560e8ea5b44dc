using GanGpu.Measures;
using GanGpu.Networks;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>A discriminator as a program uses it: scores, and what its layers make.</summary>
public sealed class DiscriminatorTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Device device = Device.Open("cpu");

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Real_samples_score_higher_than_generated_ones_and_a_loaded_one_says_the_same()
    {
        DataSet data = DataSource.Open("digits");
        using GanTrainer trainer = new(device, Preset.Mlp, data, new() { BatchSize = 64 });
        trainer.Replay(60);
        float[] real = trainer.Discriminator.Judge(data.Samples(0, 100)),
            fake = trainer.Discriminator.Judge(trainer.Generator.Sample(100));
        Assert.True(real.Average() > fake.Average() + 1, $"real {real.Average()}, generated {fake.Average()}");
        Assert.Same(trainer.Discriminator, trainer.Discriminator);

        trainer.Save(folder.At("checkpoint"));
        using Discriminator loaded = Discriminator.Load(device, folder.At("checkpoint"));
        Assert.Equal(real, loaded.Judge(data.Samples(0, 100)));
        Assert.Equal(real[..7], loaded.Judge(data.Samples(0, 7)));
    }

    [Fact]
    public void Layers_are_known_by_the_names_that_their_author_gave()
    {
        DataSet data = GanTrainerTests.Bytes(60, 4, 3);
        GanPreset own = GanPreset.Create(
            "mine", 5,
            sample => (parameters, z, _) => z.Dense(
                parameters, "draw", sample.Length, Activation.Tanh, Initializer.GlorotUniform, null),
            sample => (parameters, x, _) =>
            {
                Tensor first = x.Dense(parameters, "look", 6, Activation.Relu, Initializer.GlorotUniform, Initializer.Zeros);
                parameters.Expose("swish", first * first.Activate(Activation.Sigmoid));
                return first.Dense(parameters, "say", 1, Activation.Identity, Initializer.GlorotUniform, null);
            });
        using GanTrainer trainer = new(device, own, data, new() { BatchSize = 20 });
        Assert.Equal(["look", "swish", "say"], trainer.Discriminator.FeatureNames);
        SampleBatch some = data.Samples(3, 9);
        FeatureSet look = trainer.Discriminator.Features(some, "look"), swish = trainer.Discriminator.Features(some, "swish");
        Assert.Equal((9, 6), (look.Count, look.Dimension));
        for (int i = 0; i < 9; i++)
            Assert.Equal(
                look[i].ToArray().Select(value => value / (1 + MathF.Exp(-value))), swish[i].ToArray(),
                (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(
            "The discriminator has no layer 'loo'; it has look, swish, say.",
            Assert.Throws<InvalidInputException>(() => trainer.Discriminator.Features(some, "loo")).Message);
        trainer.Save(folder.At("own"));
        using Discriminator loaded = Discriminator.Load(device, folder.At("own"), own);
        Assert.Equal(trainer.Discriminator.Judge(some), loaded.Judge(some));
        Assert.Contains(
            "'mine'", Assert.Throws<InvalidInputException>(() => Discriminator.Load(device, folder.At("own"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Convolutions_and_classes_are_judged_too()
    {
        byte[] labels = [.. Enumerable.Range(0, 40).Select(i => (byte)(i % 4))];
        byte[] pixels = [.. Samples.Floats(40 * 256, 1).Select(x => (byte)((x * 127) + 128))];
        DataSet data = DataSet.FromBytes("grey", pixels, 40, 16, 16, 1, labels);
        using (GanTrainer trainer = new(device, new DcganPreset { BaseChannels = 4 }, data, new() { BatchSize = 8 }))
        {
            FeatureSet features = trainer.Discriminator.Features(data.Samples(0, 5), trainer.Discriminator.FeatureNames[0]);
            Assert.Equal(8 * 8 * 4, features.Dimension);
        }

        using (GanTrainer trainer = new(device, new CganPreset(), data, new() { BatchSize = 8 }))
        {
            Discriminator told = trainer.Discriminator;
            Assert.Equal(4, told.Classes);
            float[] right = told.Judge(data.Samples(0, 3), [0, 1, 2]), wrong = told.Judge(data.Samples(0, 3), [3, 3, 3]);
            Assert.NotEqual(right, wrong);
            Assert.Throws<ArgumentException>(() => told.Judge(data.Samples(0, 3)));
            Assert.Throws<ArgumentException>(() => told.Judge(data.Samples(0, 3), [0, 1, 4]));
        }

        using (GanTrainer trainer = new(device, new AcganPreset(), data, new() { BatchSize = 8 }))
            Assert.Equal(3, trainer.Discriminator.Judge(data.Samples(0, 3)).Length);
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void It_may_be_disposed_at_any_moment()
    {
        DataSet data = GanTrainerTests.Bytes(60, 4, 3);
        using GanTrainer trainer = new(device, Preset.Mlp, data, new() { BatchSize = 20 });
        trainer.Save(folder.At("checkpoint"));
        Discriminator discriminator = Discriminator.Load(device, folder.At("checkpoint"));
        SampleBatch many = new(data.Format, 6000, new float[6000 * data.SampleSize]);
        Task judging = Task.Run(() =>
        {
            while (true)
                discriminator.Judge(many);
        }, TestContext.Current.CancellationToken);
        discriminator.Judge(data.Samples(0, 1));
        discriminator.Dispose();
        Assert.IsType<ObjectDisposedException>(Assert.Throws<AggregateException>(judging.Wait).InnerException);
        Assert.Throws<ObjectDisposedException>(() => discriminator.Judge(data.Samples(0, 1)));
    }

    [Fact]
    public void Who_has_none_says_so()
    {
        DataSet data = GanTrainerTests.Bytes(60, 4, 3);
        using GanTrainer vae = new(device, new VaePreset { LatentSize = 4 }, data, new() { BatchSize = 20 });
        Assert.Contains(
            "vae", Assert.Throws<InvalidInputException>(() => vae.Discriminator).Message, StringComparison.Ordinal);
        vae.Save(folder.At("vae"));
        Assert.Contains(
            "has no discriminator",
            Assert.Throws<InvalidInputException>(() => Discriminator.Load(device, folder.At("vae"))).Message,
            StringComparison.Ordinal);
        using GanTrainer packed = new(device, Preset.Mlp, data, new() { BatchSize = 20, Packing = 2 });
        Assert.Contains(
            "judges 2 samples together", Assert.Throws<InvalidInputException>(() => packed.Discriminator).Message,
            StringComparison.Ordinal);
    }
}
