using GanGpu.Tests.Support;

namespace GanGpu.Tests.Data;

/// <summary>Data that a callback reads: of any size, from any place, and with any fault.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class CallbackDataTests
{
    private static readonly SampleFormat Format = SampleFormat.OfImages(4, 4, 1);

    /// <summary>12 GB as numbers, of which few are ever made.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("emulator")]
    public async Task More_samples_than_memory_has_are_trained_on(string deviceName)
    {
        const int count = 1_000_000;
        int greatest = 0, read = 0;
        DataSet data = DataSet.FromCallback("large", SampleFormat.OfImages(32, 32, 3), count, (index, values) =>
        {
            greatest = Math.Max(greatest, index);
            read++;
            values.Fill(index / (float)count);
        });
        Assert.True((long)data.Count * data.SampleSize * sizeof(float) > 2L * Array.MaxLength);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using (GanTrainer trainer = new(
            TestDevices.OpenDevice(deviceName), SmallPreset.Named("mlp"), data, new() { BatchSize = 4 }))
        {
            Assert.InRange(trainer.Memory.Samples, 1, 2 << 20);
            await trainer.TrainStepsAsync(
                deviceName == "cpu" ? 60 : 1, cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.InRange(greatest, count / 2, count - 1);
        Assert.InRange(read, 4, 2000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
        Assert.Equal(0.999999f, data.Samples(count - 1, 1)[0][5]);
        Assert.Contains("take at most", Assert.Throws<InvalidInputException>(() => data.Samples(0, count)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_ends_with_what_the_callback_throws_and_goes_on_when_it_no_longer_does()
    {
        bool fails = false;
        DataSet data = DataSet.FromCallback("x", Format, 60, (index, values) =>
        {
            if (Volatile.Read(ref fails))
                throw new TimeoutException("No answer.");
            values.Fill(index / 60f);
        });
        Device device = TestDevices.OpenDevice("cpu");
        TrainingOptions options = new() { BatchSize = 6, Seed = 2, ReportEvery = 50 };
        using GanTrainer expected = new(device, SmallPreset.Named("mlp"), data, options),
            trainer = new(device, SmallPreset.Named("mlp"), data, options);
        const int steps = 9000;
        await expected.TrainStepsAsync(steps, cancellationToken: TestContext.Current.CancellationToken);
        await trainer.TrainStepsAsync(10, cancellationToken: TestContext.Current.CancellationToken);
        Volatile.Write(ref fails, true);
        TimeoutException thrown = await Assert.ThrowsAsync<TimeoutException>(
            () => trainer.TrainStepsAsync(
                steps - 10, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("No answer.", thrown.Message);
        Assert.InRange(trainer.Step, 10, steps - 1);
        Assert.Equal(4, trainer.Generator.Sample(4).Count);
        Volatile.Write(ref fails, false);
        await trainer.TrainStepsAsync(
            steps - trainer.Step, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            expected.Generator.Sample(8).Values.ToArray(), trainer.Generator.Sample(8).Values.ToArray());
    }

    [Fact]
    public async Task One_that_always_throws_is_heard_at_the_first_step()
    {
        DataSet data = DataSet.FromCallback(
            "x", Format, 60, (_, _) => throw new InvalidDataException("Damaged."));
        using GanTrainer trainer = new(
            TestDevices.OpenDevice("cpu"), SmallPreset.Named("mlp"), data, new() { BatchSize = 6 });
        for (int i = 0; i < 2; i++)
            await Assert.ThrowsAsync<InvalidDataException>(
                () => trainer.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(0, trainer.Step);
    }

    [Theory]
    [InlineData(1.5f, "'x' can't be trained on: value 3 of sample {0} is 1.5, outside -1..1.")]
    [InlineData(float.NaN, "'x' can't be trained on: value 3 of sample {0} is NaN, outside -1..1.")]
    public async Task A_value_out_of_its_range_is_named(float odd, string message)
    {
        int wrong = -1;
        DataSet data = DataSet.FromCallback("x", Format, 60, (index, values) =>
        {
            if (wrong < 0)
                wrong = index;
            if (index == wrong)
                values[3] = odd;
        });
        using GanTrainer trainer = new(
            TestDevices.OpenDevice("cpu"), SmallPreset.Named("mlp"), data, new() { BatchSize = 6 });
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(
            () => trainer.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(
            message.Replace("{0}", $"{wrong}", StringComparison.Ordinal), refused.Message);
    }

    [Fact]
    public async Task It_is_called_by_one_thread_at_a_time_and_never_sees_another_sample()
    {
        int inside = 0, most = 0, left = 0;
        DataSet data = DataSet.FromCallback("x", Format, 600, (_, values) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            left += values.ContainsAnyExcept(0f) ? 1 : 0;
            values[0] = 0.5f;
            Interlocked.Decrement(ref inside);
        });
        using GanTrainer trainer = new(
            TestDevices.OpenDevice("cpu"), SmallPreset.Named("mlp"), data, new() { BatchSize = 6 });
        Task training = trainer.TrainStepsAsync(500, cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < 100; i++)
            data.Samples(i, 5);
        await training;
        Assert.Equal((1, 0), (most, left));
    }

    [Fact]
    public void A_trainer_may_go_while_samples_are_read()
    {
        using Device device = Device.Open("cpu", new() { Threads = 1 });
        for (int steps = 0; steps < 4; steps++)
        {
            using GanTrainer trainer = new(
                device, SmallPreset.Named("mlp"),
                DataSet.FromCallback("x", Format, 60, (_, _) => Thread.Sleep(0)), new() { BatchSize = 6 });
            for (int i = 0; i < steps; i++)
                trainer.Replay();
        }

        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void Arguments_are_checked()
    {
        Action<int, Span<float>> read = (_, _) => { };
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSet.FromCallback("x", Format, 0, read));
        Assert.Throws<ArgumentNullException>(() => DataSet.FromCallback("x", Format, 5, null!));
        Assert.Throws<ArgumentException>(() => DataSet.FromCallback("x", Format, 5, read, new byte[4]));
        Assert.Throws<InvalidInputException>(
            () => DataSet.FromCallback("x", SampleFormat.OfImages(0, 4, 1), 5, read));
        DataSet data = DataSet.FromCallback("x", SampleFormat.OfPoints(3), 5, read, new byte[] { 0, 1, 2, 0, 1 });
        Assert.Equal(SampleEncoding.Floats, data.Format.Encoding);
        Assert.Equal(3, data.Classes);
        Assert.True(data.Values.IsEmpty && data.Pixels.IsEmpty);
    }
}
