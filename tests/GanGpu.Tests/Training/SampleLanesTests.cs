using System.Collections.Concurrent;
using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>Threads that draw at once from a generator whose weights nobody changes.</summary>
public sealed class SampleLanesTests
{
    private static readonly DataSet Images = DataSet.FromBytes("noise", Pixels(), 16, 8, 8, 1);

    [Theory]
    [InlineData("mlp")]
    [InlineData("dcgan")]
    [InlineData("wgan-gp")]
    [InlineData("sngan")]
    [InlineData("r3gan")]
    public async Task Every_thread_draws_what_it_draws_alone(string preset)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
        using GanTrainer trainer = Trained(device, preset);
        long before = device.LiveBuffers;
        int[] counts = [1, 3, 64, 70];
        float[][] alone = [.. counts.Select((count, i) => trainer.Generator.Sample(count, (ulong)i).Values.ToArray())];
        using (Generator generator = trainer.Snapshot())
        {
            // Weights that are kept in another order are the same weights.
            for (int i = 0; i < counts.Length; i++)
                Assert.Equal(alone[i], generator.Sample(counts[i], (ulong)i).Values.ToArray());
            ConcurrentBag<string> wrong = [];
            await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
            {
                for (int i = 0; i < 12; i++)
                {
                    int which = (i + thread) % counts.Length;
                    float[] samples = generator.Sample(counts[which], (ulong)which).Values.ToArray();
                    if (!samples.AsSpan().SequenceEqual(alone[which]))
                        wrong.Add($"{counts[which]} samples of thread {thread}");
                }
            })));
            Assert.Empty(wrong);
        }

        Assert.Equal(before, device.LiveBuffers);
    }

    [Fact]
    public async Task Classes_and_conditions_are_each_threads_own()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        DataSet data = DataSet.FromBytes(
            "noise", Pixels(), 16, 8, 8, 1, (byte[])[.. Enumerable.Range(0, 16).Select(i => (byte)(i % 4))]);
        using GanTrainer trainer = new(device, SmallPreset.Named("cgan"), data, new() { BatchSize = 8 });
        using Generator generator = trainer.Snapshot();
        float[][] alone = [.. Enumerable.Range(0, 4).Select(label => generator.Sample(5, 1, label).Values.ToArray())];
        float[] shares = [.. Enumerable.Range(0, 20).Select(i => i % 4 == 2 ? 1f : 0f)], mixed = new float[5 * 64];
        generator.SampleMixed(mixed, shares, 1);
        bool[] right = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            bool all = true;
            float[] own = new float[5 * 64];
            for (int i = 0; i < 20; i++)
            {
                all &= generator.Sample(5, 1, thread % 4).Values.Span.SequenceEqual(alone[thread % 4]);
                generator.SampleMixed(own, shares, 1);
                all &= own.AsSpan().SequenceEqual(mixed);
            }

            return all;
        })));
        Assert.DoesNotContain(false, right);
    }

    [Fact]
    public async Task A_thread_draws_while_another_has_the_devices_turn()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = Trained(device, "mlp");
        using Generator generator = trainer.Snapshot();
        float[] alone = generator.Sample(3, 9).Values.ToArray();
        using ManualResetEventSlim taken = new(), drawn = new();
        Task holder = Task.Run(() =>
        {
            using DeviceTurn turn = device.Backend.Turn(this);
            taken.Set();
            Assert.True(drawn.Wait(TimeSpan.FromMinutes(1)));
        });
        Assert.True(taken.Wait(TimeSpan.FromMinutes(1)));
        Assert.Equal(alone, generator.Sample(3, 9).Values.ToArray());
        drawn.Set();
        await holder;
    }

    [Fact]
    public async Task The_trainers_own_generator_waits_for_the_step()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = Trained(device, "mlp");
        Task<SampleBatch> drawing;
        using (device.Backend.Turn(this))
        {
            drawing = Task.Run(() => trainer.Generator.Sample(3, 9));
            Assert.True(SpinWait.SpinUntil(() => device.Backend.Turns.Waiting == 1, TimeSpan.FromMinutes(1)));
            Assert.False(drawing.IsCompleted);
        }

        await drawing;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposal_waits_for_the_blocks_and_ends_the_rest(bool ofDevice)
    {
        Device device = Device.Open("cpu");
        Generator generator;
        using (GanTrainer trainer = Trained(device, "dcgan"))
            generator = trainer.Snapshot();
        using CountdownEvent drawing = new(6);
        Task<bool>[] threads = [.. Enumerable.Range(0, 6).Select(seed => Task.Factory.StartNew(
            () =>
            {
                drawing.Signal();
                try
                {
                    while (true)
                        generator.Sample(64, (ulong)seed);
                }
                catch (ObjectDisposedException)
                {
                    return true;
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        drawing.Wait();
        await Task.Delay(50);
        if (ofDevice)
            device.Dispose();
        else
            generator.Dispose();
        Assert.DoesNotContain(false, await Task.WhenAll(threads).WaitAsync(TimeSpan.FromMinutes(2)));
        generator.Dispose();
        Assert.Equal(0, device.LiveBuffers);
        device.Dispose();
    }

    [Fact]
    public void Without_memory_for_a_lane_a_thread_waits_for_its_turn()
    {
        using HostBackend host = new(1);
        DeviceUse use = new(host, this);
        using SampleLanes lanes = new(host, (_, _) => throw new DeviceOutOfMemoryException("There is none."));
        using SampleLane alone = lanes.Enter(use, 1), second = lanes.Enter(use, 1);
        Assert.Null(alone.Drawer);
        Assert.Null(second.Drawer);
    }

    [Fact]
    public void Who_can_t_open_a_lane_for_another_reason_draws_no_more()
    {
        using HostBackend host = new(1);
        DeviceUse use = new(host, this);
        using SampleLanes lanes = new(host, (_, _) => throw new NotSupportedException());
        using (SampleLane alone = lanes.Enter(use, 1))
            Assert.Throws<NotSupportedException>(() => { using SampleLane second = lanes.Enter(use, 1); });
        using SampleLane again = lanes.Enter(use, 1);
        Assert.Null(again.Drawer);
    }

    [Fact]
    public async Task Lanes_are_freed_when_nobody_draws_in_them()
    {
        using HostBackend host = new(1);
        Preset preset = SmallPreset.Named("mlp");
        SampleFormat format = SampleFormat.OfImages(8, 8, 1);
        Parameters parameters = new() { Training = false };
        preset.Draw(format, parameters, rows: 1);
        using WeightArena weights = new(host, parameters);
        long before = host.LiveBuffers;
        SampleLanes lanes = new(
            host, (lane, rows) => new SampleDrawer(lane, preset, format, default, weights, null, rows));
        Task ending = Enter(out ManualResetEventSlim leave, out Task drawing);
        await Task.Delay(100);
        Assert.False(ending.IsCompleted);
        Assert.True(host.LiveBuffers > before);
        leave.Set();
        await drawing;
        await ending;
        Assert.Equal(before, host.LiveBuffers);

        Task Enter(out ManualResetEventSlim leave, out Task drawing)
        {
            using ManualResetEventSlim entered = new();
            ManualResetEventSlim left = leave = new ManualResetEventSlim();
            drawing = Task.Run(() =>
            {
                using SampleLane alone = lanes.Enter(new DeviceUse(host, this), 3);
                using SampleLane second = lanes.Enter(new DeviceUse(host, this), 3);
                Assert.NotNull(second.Drawer);
                entered.Set();
                left.Wait();
            });
            entered.Wait();
            return Task.Run(lanes.Dispose);
        }
    }

    [Fact]
    public void Only_copies_of_the_weights_are_kept()
    {
        using HostBackend host = new(1);
        using DeviceBuffer<float> weights = host.Allocate<float>(64), others = host.Allocate<float>(64);
        using ConstantWeights constants = new(host, weights);
        int written = 0;
        Assert.Null(constants.Reordered(others.All, "order", 64, _ => () => written++));
        nint? copy = constants.Reordered(weights.All, "order", 64, _ => () => written++);
        Assert.NotNull(copy);
        Assert.Equal(copy, constants.Reordered(weights.All, "order", 64, _ => () => written++));
        Assert.NotEqual(copy, constants.Reordered(weights.All, "another", 64, _ => () => written++));
        Assert.NotEqual(copy, constants.Reordered(new(weights, 0, 32), "order", 32, _ => () => written++));
        Assert.Equal(3, written);
    }

    /// <summary>With channels that fill vectors, so that every form of the convolutions takes part.</summary>
    private static GanTrainer Trained(Device device, string preset) => new(
        device, SmallPreset.WithChannels(SmallPreset.Named(preset), 16), Images, new() { BatchSize = 8 });

    private static byte[] Pixels() => [.. Enumerable.Range(0, 16 * 64).Select(i => (byte)(i * 37))];
}
