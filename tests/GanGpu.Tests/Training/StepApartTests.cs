using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Networks that a program updates one by one.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class StepApartTests : IDisposable
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

    public static TheoryData<string, int, int, int> Cases
    {
        get
        {
            TheoryData<string, int, int, int> cases = [];
            foreach (string device in new[] { "cpu", "emulator", "opencl", "cuda" })
            {
                cases.Add(device, 1, 1, 1);
                cases.Add(device, 3, 2, 1);
                cases.Add(device, 2, 3, 2);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Updates_apart_have_the_bits_of_steps(string name, int updates, int interval, int batches)
    {
        Device device = TestDevices.OpenDevice(name);
        TrainingOptions options = Options(updates, interval) with { AccumulatedBatches = batches };
        using GanTrainer steps = new(device, Tiny, Pictures, options), apart = new(device, Tiny, Pictures, options);
        TrainingReport report = null!;
        await foreach (TrainingReport each in steps.StepReportsAsync(7, TestContext.Current.CancellationToken))
            report = each;
        TrainingReport? discriminator = null, generator = null;
        for (int step = 0; step < 7; step++)
        {
            for (int update = 0; update < updates; update++)
                discriminator = apart.StepDiscriminator();
            Assert.Equal(step, apart.Step);
            generator = apart.StepGenerator();
        }

        Assert.Equal(7, apart.Step);
        Assert.Equal(GanTrainerTests.Saved(steps), GanTrainerTests.Saved(apart));

        // What each says is about its own network. The last report of steps is about the seventh alone.
        Assert.Equal(report.GeneratorLoss, generator!.GeneratorLoss, 1e-6f);
        Assert.Equal(["g_loss"], generator.Metrics.Keys);
        Assert.False(discriminator!.Metrics.ContainsKey("g_loss"));
        Assert.Equal(report.Epoch, generator.Epoch, 1e-12);
        if (updates == 1)
        {
            Assert.Equal(report.DiscriminatorLoss, discriminator.DiscriminatorLoss);
            Assert.Equal(report.RealAccuracy, discriminator.RealAccuracy);
            Assert.Equal(report.Penalty, discriminator.Penalty);
        }

        // And steps go on from there, with the same bits.
        steps.Replay(9);
        apart.Replay(9);
        Assert.Equal(GanTrainerTests.Saved(steps), GanTrainerTests.Saved(apart));
    }

    /// <summary>Every k-th update of the discriminator has a penalty, whatever was between them.</summary>
    [Fact]
    public void Penalties_go_by_the_updates_of_the_discriminator()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(2, 3));
        List<bool> penalised = [];
        for (int update = 0; update < 5; update++)
            penalised.Add(trainer.StepDiscriminator().Penalty > 0);
        trainer.StepGenerator();
        // 5 updates are no whole number of steps: a step takes the sixth and the seventh.
        trainer.Replay();
        Assert.Equal(2, trainer.Step);
        for (int update = 0; update < 3; update++)
            penalised.Add(trainer.StepDiscriminator().Penalty > 0);
        Assert.Equal([true, false, false, true, false, /* 5 and 6 in a step */ false, false, true], penalised);
    }

    [Fact]
    public void A_step_from_anywhere_is_the_updates_that_come_next()
    {
        using Device device = OneThread();
        using GanTrainer steps = new(device, Tiny, Pictures, Options(2, 3)),
            apart = new(device, Tiny, Pictures, Options(2, 3));
        foreach (GanTrainer each in new[] { steps, apart })
        {
            for (int update = 0; update < 5; update++)
                each.StepDiscriminator();
        }

        steps.Replay(4);
        for (int step = 0; step < 4; step++)
        {
            apart.StepDiscriminator();
            apart.StepDiscriminator();
            apart.StepGenerator();
        }

        Assert.Equal(GanTrainerTests.Saved(steps), GanTrainerTests.Saved(apart));
        // Six updates are three steps again, so that whole steps can be replayed from there.
        steps.StepDiscriminator();
        apart.StepDiscriminator();
        steps.Replay(12);
        for (int update = 0; update < 24; update++)
            apart.StepDiscriminator();
        for (int update = 0; update < 12; update++)
            apart.StepGenerator();
        Assert.Equal(4 + 12, apart.Step);
    }

    [Fact]
    public void A_checkpoint_keeps_the_counts_of_both()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(2, 3));
        trainer.Replay(2);
        Assert.DoesNotContain(Metadata(trainer).Keys, key => key.StartsWith("updates.", StringComparison.Ordinal));
        trainer.StepDiscriminator();
        trainer.Save(folder.At("apart"));
        Assert.Equal("5", Metadata(trainer)["updates.discriminator"]);
        using GanTrainer resumed = GanTrainer.Resume(device, Pictures, folder.At("apart"));
        Assert.Equal(2, resumed.Step);
        foreach (GanTrainer each in new[] { trainer, resumed })
        {
            each.StepDiscriminator();
            each.StepGenerator();
            each.Replay(3);
        }

        Assert.Equal(GanTrainerTests.Saved(trainer), GanTrainerTests.Saved(resumed));
        byte[] gone = GanTrainerTests.Saved(trainer);
        trainer.RollBack(folder.At("apart"), 1);
        trainer.StepDiscriminator();
        trainer.StepGenerator();
        trainer.Replay(3);
        Assert.Equal(gone, GanTrainerTests.Saved(trainer));

        Dictionary<string, string> Metadata(GanTrainer trainer)
        {
            trainer.Save(folder.At("metadata"));
            return Checkpoints(folder.At("metadata"));
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData("many")]
    public void A_count_that_is_none_is_refused(string count)
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(2, 3));
        trainer.Save(folder.At("good"));
        GanGpu.Checkpoints.SafeTensors file = GanGpu.Checkpoints.SafeTensors.Read(folder.At("good"));
        file.Metadata["updates.discriminator"] = count;
        using (FileStream stream = File.Create(folder.At("bad")))
            file.Write(stream);
        Assert.Throws<InvalidInputException>(() => GanTrainer.Resume(device, Pictures, folder.At("bad")));
    }

    /// <summary>The loss needs real samples in the generator's update as well.</summary>
    [Theory]
    [InlineData(AdversarialLossKind.NonSaturating)]
    [InlineData(AdversarialLossKind.RelativisticPairing)]
    public void Data_that_are_brought_in_parts_are_those_of_each_network_s_count(AdversarialLossKind loss)
    {
        TrainingOptions options = new() { BatchSize = 6, Loss = loss, Seed = 2 };
        Device whole = TestDevices.OpenDevice("opencl");
        using Device small = TestDevices.Reopen("opencl", new() { DataSetBytes = 4 * 6 * 12 });
        using GanTrainer expected = new(whole, Tiny, Pictures, options), trainer = new(small, Tiny, Pictures, options);
        Assert.Null(expected.Trainer.Stream);
        Assert.Equal(4, trainer.Trainer.Stream!.Data.StagedBatches);
        foreach (GanTrainer each in new[] { expected, trainer })
        {
            for (int update = 0; update < 7; update++)
                each.StepDiscriminator();
            each.StepGenerator();
            each.Replay(6);
            each.StepGenerator();
            each.StepDiscriminator();
            each.Replay(2);
        }

        Assert.Equal(GanTrainerTests.Saved(expected), GanTrainerTests.Saved(trainer));
    }

    [Fact]
    public void A_program_may_decide_by_accuracy()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(1, 1));
        int discriminators = 0;
        for (int step = 0; step < 20; step++)
        {
            TrainingReport report;
            do
            {
                report = trainer.StepDiscriminator();
                discriminators++;
            }
            while (report.RealAccuracy < 0.6f && discriminators < 200);
            trainer.StepGenerator();
        }

        Assert.Equal(20, trainer.Step);
        Assert.True(discriminators >= 20);
        Assert.Equal(discriminators, trainer.Trainer.Networks[1].Updates);
        Assert.NotNull(trainer.FirstStepDone);
    }

    [Fact]
    public void A_schedule_goes_by_the_steps_that_are_counted()
    {
        using Device device = OneThread();
        List<long> asked = [];
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(1, 1) with
        {
            Schedule = step =>
            {
                asked.Add(step);
                return 1;
            }
        });
        trainer.StepDiscriminator();
        trainer.StepDiscriminator();
        trainer.StepGenerator();
        trainer.StepDiscriminator();
        Assert.Equal([0, 0, 0, 1], asked);
    }

    [Fact]
    public void What_is_trained_by_one_update_is_not_updated_apart()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(
            device, new VaePreset { Units = 8, LatentSize = 2 }, Pictures, new() { BatchSize = 6 });
        foreach (Func<TrainingReport> update in new[] { trainer.StepDiscriminator, trainer.StepGenerator })
            Assert.Contains(
                "trained together", Assert.Throws<InvalidInputException>(update).Message, StringComparison.Ordinal);
        Assert.Equal(0, trainer.Step);
    }

    [Fact]
    public void An_update_that_diverges_says_so()
    {
        using Device device = OneThread();
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(1, 1));
        float[] broken = new float[trainer.Trainer.Networks[1].Weights.Values.Length];
        broken.AsSpan().Fill(float.NaN);
        trainer.Trainer.Networks[1].Weights.Values.CopyFrom(broken);
        TrainingDivergedException diverged =
            Assert.Throws<TrainingDivergedException>(() => trainer.StepDiscriminator());
        Assert.Contains("diverged at step 0", diverged.Message, StringComparison.Ordinal);
    }

    private static Device OneThread() => Device.Open("cpu", new DeviceOptions { Threads = 1 });

    private static Dictionary<string, string> Checkpoints(string path) =>
        new(GanGpu.Checkpoints.SafeTensors.Read(path).Metadata);

    private static TrainingOptions Options(int updates, int interval) => new()
    {
        BatchSize = 6,
        DiscriminatorSteps = updates,
        ReportEvery = 1,
        Penalty = new() { R1 = 1, Interval = interval },
    };
}
