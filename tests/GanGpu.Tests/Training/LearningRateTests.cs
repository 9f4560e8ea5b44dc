using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Learning rates that are set, or follow a schedule, while a training goes on.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class LearningRateTests : IDisposable
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

    public static TheoryData<string> Optimizers => ["adam", "rmsprop", "sgd"];

    public static TheoryData<string> Devices => ["cpu", "emulator", "opencl", "cuda"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_rate_that_is_set_is_that_of_the_next_step(string optimizer)
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(optimizer)),
            before = new(device, Tiny, Pictures, Options(optimizer));
        trainer.Replay(4);
        before.Replay(4);
        trainer.GeneratorLearningRate = 0.01;
        trainer.DiscriminatorLearningRate = 0.02;
        Assert.Equal(
            (0.01, 0.02),
            (trainer.Options.GeneratorOptimizer.LearningRate, trainer.Options.DiscriminatorOptimizer.LearningRate));
        trainer.Save(folder.At("four"));

        // The checkpoint has them: who resumes goes on with the same bits, and with others than with the rates before.
        using GanTrainer resumed = GanTrainer.Resume(device, Pictures, folder.At("four"));
        Assert.Equal((0.01, 0.02), (resumed.GeneratorLearningRate, resumed.DiscriminatorLearningRate));
        Assert.Equal(Tensors(before), Tensors(trainer));
        foreach (GanTrainer each in new[] { trainer, resumed, before })
            each.Replay(3);
        Assert.Equal(GanTrainerTests.Saved(resumed), GanTrainerTests.Saved(trainer));
        Assert.NotEqual(Tensors(before), Tensors(trainer));
    }

    [Fact]
    public void Each_rate_is_that_of_its_network_alone()
    {
        using Device device = OneThread();
        TrainingOptions still = Options("adam") with
        {
            GeneratorOptimizer = new AdamOptions(0),
            DiscriminatorOptimizer = new AdamOptions(0),
        };
        using GanTrainer trainer = new(device, Tiny, Pictures, still);
        float[] generator = Weights(trainer, 0), discriminator = Weights(trainer, 1);
        trainer.GeneratorLearningRate = 1e-3;
        trainer.Replay(2);
        Assert.NotEqual(generator, Weights(trainer, 0));
        Assert.Equal(discriminator, Weights(trainer, 1));
        trainer.DiscriminatorLearningRate = 1e-3;
        trainer.Replay(2);
        Assert.NotEqual(discriminator, Weights(trainer, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void A_rate_that_is_none_is_refused(double rate)
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options("adam"));
        TrainingOptions options = trainer.Options;
        Assert.Equal(
            "GeneratorLearningRate",
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GeneratorLearningRate = rate).ParamName);
        Assert.Equal(
            "DiscriminatorLearningRate",
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.DiscriminatorLearningRate = rate).ParamName);
        Assert.Same(options, trainer.Options);
    }

    [Fact]
    public void An_autoencoder_has_one_rate()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(
            device, new VaePreset { Units = 8, LatentSize = 2 }, Pictures,
            new() { BatchSize = 6, GeneratorOptimizer = new AdamOptions(0) });
        float[] decoder = Weights(trainer, 0), encoder = Weights(trainer, 1);
        Assert.Contains(
            "no discriminator",
            Assert.Throws<InvalidInputException>(() => trainer.DiscriminatorLearningRate = 1).Message,
            StringComparison.Ordinal);
        trainer.GeneratorLearningRate = 1e-3;
        trainer.Replay();
        Assert.NotEqual(decoder, Weights(trainer, 0));
        Assert.NotEqual(encoder, Weights(trainer, 1));
    }

    [Fact]
    public async Task Rates_may_be_set_while_another_thread_trains()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options("adam"));
        Task training = trainer.TrainStepsAsync(3000, cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 1; !training.IsCompleted; i++)
            trainer.GeneratorLearningRate = 1e-6 * i;
        await training;
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.GeneratorLearningRate = 1);
        Assert.Throws<ObjectDisposedException>(() => trainer.Schedule = null);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_schedule_of_ones_changes_no_bit(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        using GanTrainer without = new(device, Tiny, Pictures, Options("adam")),
            with = new(device, Tiny, Pictures, Options("adam") with { Schedule = _ => 1 });
        without.Replay(20);
        with.Replay(20);
        Assert.Equal(GanTrainerTests.Saved(without), GanTrainerTests.Saved(with));
    }

    /// <summary>A schedule's product is rounded to float where it is uploaded, a decay's where it is used.</summary>
    [Theory]
    [MemberData(nameof(Devices))]
    public void A_schedule_that_falls_as_a_decay_does_trains_as_it_to_rounding(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        LearningRateDecay decay = new(4, 16, 0.25);
        TrainingOptions options = Options("adam");
        using GanTrainer decayed = new(device, Tiny, Pictures, options with
        {
            GeneratorOptimizer = options.GeneratorOptimizer with { Decay = decay },
            DiscriminatorOptimizer = options.DiscriminatorOptimizer with { Decay = decay },
        }), scheduled = new(device, Tiny, Pictures, options with { Schedule = decay.FactorAfter }),
            constant = new(device, Tiny, Pictures, options);
        foreach (GanTrainer trainer in new[] { decayed, scheduled, constant })
            trainer.Replay(20);
        foreach (int network in new[] { 0, 1 })
        {
            float[] expected = Weights(decayed, network), without = Weights(constant, network);
            double most = Difference(expected, Weights(scheduled, network));
            // Twenty updates of at most 0.001 each, whose rates differ by the rounding of a float.
            Assert.InRange(most, 0, 20 * 1e-3 * 1e-5);
            Assert.True(Difference(expected, without) > 100 * most);
        }
    }

    [Fact]
    public void A_schedule_goes_beside_decay_and_rates_that_are_set()
    {
        using Device device = OneThread();
        LearningRateDecay decay = new(0, 10);
        TrainingOptions options = Options("sgd");
        options = options with
        {
            GeneratorOptimizer = options.GeneratorOptimizer with { Decay = decay },
            Schedule = step => step < 5 ? 1 : 0.5,
        };
        using GanTrainer trainer = new(device, Tiny, Pictures, options);
        trainer.Replay(5);
        Assert.Equal(1e-3f * 0.6f, Rate(trainer), 1e-9f);
        trainer.Replay();
        Assert.Equal(0.5f * 1e-3f * 0.5f, Rate(trainer), 1e-9f);
        trainer.GeneratorLearningRate = 4e-3;
        trainer.Replay();
        Assert.Equal(0.5f * 4e-3f * 0.4f, Rate(trainer), 1e-9f);
        trainer.Schedule = null;
        trainer.Replay();
        Assert.Equal(4e-3f * 0.3f, Rate(trainer), 1e-9f);

        // What the last update took: of other optimizers than Adam the first coefficient is the rate.
        static float Rate(GanTrainer trainer)
        {
            float[] coefficients = new float[2];
            trainer.Trainer.Networks[0].Optimizer.Coefficients.CopyTo(coefficients);
            return coefficients[0];
        }
    }

    [Fact]
    public void A_training_that_is_resumed_with_its_schedule_ends_with_the_same_bits()
    {
        using Device device = OneThread();
        Func<long, double> schedule = step => 1 / (1 + (0.1 * step));
        using GanTrainer whole = new(device, Tiny, Pictures, Options("adam") with { Schedule = schedule });
        whole.Replay(6);
        whole.Save(folder.At("six"));
        whole.Replay(9);
        using GanTrainer resumed = GanTrainer.Resume(device, Pictures, folder.At("six")),
            with = GanTrainer.Resume(device, Pictures, folder.At("six"), with: kept => kept with { Schedule = schedule }),
            without = GanTrainer.Resume(device, Pictures, folder.At("six"));
        Assert.Null(resumed.Schedule);
        resumed.Schedule = schedule;
        resumed.Replay(9);
        with.Replay(9);
        without.Replay(9);
        Assert.Equal(GanTrainerTests.Saved(whole), GanTrainerTests.Saved(resumed));
        Assert.Equal(GanTrainerTests.Saved(whole), GanTrainerTests.Saved(with));
        Assert.NotEqual(GanTrainerTests.Saved(whole), GanTrainerTests.Saved(without));
        whole.RollBack(folder.At("six"), 1);
        whole.Replay(9);
        Assert.Equal(GanTrainerTests.Saved(resumed), GanTrainerTests.Saved(whole));
    }

    [Fact]
    public async Task A_run_goes_on_with_its_schedule()
    {
        using Device device = OneThread();
        TrainingOptions options = Options("adam") with { Schedule = step => step % 3, ReportEvery = 5 };
        foreach ((string name, int[] parts) in new[] { ("whole", new[] { 20 }), ("halves", [10, 20]) })
        {
            foreach (int steps in parts)
            {
                using TrainingRun run = TrainingRun.StartOrResume(
                    device, Tiny, Pictures, folder.At(name), options,
                    new RunOptions { Steps = steps, SampleEvery = 5 });
                await run.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(
            File.ReadAllBytes(folder.At("whole/checkpoint.safetensors")),
            File.ReadAllBytes(folder.At("halves/checkpoint.safetensors")));
    }

    [Theory]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    [InlineData(1e300, "1E+300")]
    public async Task A_factor_that_is_none_ends_the_training(double factor, string shown)
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(
            device, Tiny, Pictures, Options("adam") with { Schedule = step => step < 7 ? 1 : factor });
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(() =>
            trainer.TrainStepsAsync(20, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(
            $"The schedule's factor at step 7 must be a finite number of at least 0, not {shown}.", refused.Message);
        Assert.Equal(7, trainer.Step);

        // What was trained stays, and goes on.
        trainer.Schedule = null;
        await trainer.TrainStepsAsync(1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(8, trainer.Step);
    }

    [Fact]
    public void A_rate_of_each_step_allocates_nothing()
    {
        const int steps = 200;
        using Device device = OneThread();
        using GanTrainer trainer = new(
            device, Tiny, Pictures, Options("adam") with { Schedule = step => 1 / (1.0 + step) });
        trainer.Replay(steps);
        // A collection in between counts the rest of an allocation block, so the least of three.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < steps; i++)
                trainer.Replay();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static Device OneThread() => Device.Open("cpu", new DeviceOptions { Threads = 1 });

    private static TrainingOptions Options(string optimizer)
    {
        OptimizerOptions options = optimizer switch
        {
            "rmsprop" => new RmsPropOptions(1e-3),
            "sgd" => new SgdOptions(1e-3),
            _ => new AdamOptions(1e-3),
        };
        return new() { BatchSize = 6, GeneratorOptimizer = options, DiscriminatorOptimizer = options };
    }

    private static byte[] Tensors(GanTrainer trainer) => GanTrainerTests.Values(GanTrainerTests.Saved(trainer));

    private static float[] Weights(GanTrainer trainer, int network)
    {
        trainer.Trainer.Wait();
        float[] values = new float[trainer.Trainer.Networks[network].Weights.Values.Length];
        trainer.Trainer.Networks[network].Weights.Values.CopyTo(values);
        return values;
    }

    private static double Difference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
}
