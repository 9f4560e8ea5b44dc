using System.Buffers.Binary;
using System.Text;
using GanGpu.Tests.Support;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Checkpoints;

/// <summary>Checkpoints in streams are those in files, and are trusted as little.</summary>
public sealed class CheckpointStreamTests
{
    private const int Count = 40;

    private static readonly Device Cpu = Device.Open("cpu");

    private static DataSet Data() => DataSet.FromBytes(
        "images", (byte[])[.. Enumerable.Range(0, Count * 64).Select(i => (byte)(i * 37))], Count, 8, 8, 1,
        (byte[])[.. Enumerable.Range(0, Count).Select(i => (byte)(i % 4))]);

    [Theory]
    [InlineData("mlp")]
    [InlineData("cgan")]
    public async Task A_training_goes_on_from_a_stream_with_the_same_bits(string name)
    {
        using GanTrainer trainer = Trainer(name);
        await trainer.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken);
        using OneWayStream saved = new();
        trainer.Save(saved);
        Assert.False(saved.IsClosed);
        Assert.Equal(GanTrainerTests.Saved(trainer), saved.Written);
        await trainer.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken);

        // From where it stands, in a stream that can be sought.
        using MemoryStream stream = new([.. "before"u8, .. saved.Written]) { Position = 6 };
        foreach (Stream source in new[] { new OneWayStream(saved.Written), (Stream)stream })
        {
            using GanTrainer resumed = GanTrainer.Resume(Cpu, Data(), source);
            Assert.Equal(5, resumed.Step);
            await resumed.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(GanTrainerTests.Saved(trainer), GanTrainerTests.Saved(resumed));
            Assert.True(source is OneWayStream { IsAtEnd: true, IsClosed: false }
                || (source.CanRead && source.Position == source.Length));
        }

        using OneWayStream later = new(GanTrainerTests.Saved(trainer));
        using Generator generator = Generator.Load(Cpu, later);
        Assert.Equal(trainer.Generator.Sample(9).Values.ToArray(), generator.Sample(9).Values.ToArray());
    }

    [Fact]
    public void An_encoder_comes_from_a_stream_if_there_is_one()
    {
        using GanTrainer trainer = Trainer("vae"), gan = Trainer("mlp");
        using Encoder encoder = Encoder.Load(Cpu, new OneWayStream(GanTrainerTests.Saved(trainer)));
        Assert.Equal(trainer.Generator.LatentSize, encoder.LatentSize);
        Assert.StartsWith("The stream is of the preset", Assert.Throws<InvalidInputException>(
            () => Encoder.Load(Cpu, new OneWayStream(GanTrainerTests.Saved(gan)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_is_no_checkpoint_gets_a_sentence()
    {
        using GanTrainer trainer = Trainer("mlp");
        byte[] good = GanTrainerTests.Saved(trainer), flipped = [.. good];
        flipped[^3] ^= 1;
        foreach ((byte[] bytes, string why) in new (byte[], string)[]
        {
            ([], "too few for a header"),
            ([1, 2, 3], "too few for a header"),
            ([.. "PK\u0003\u0004"u8, .. new byte[40]], "zip archive"),
            (good[..50], "The stream is no usable checkpoint"),
            (good[..^1], "The stream is no usable checkpoint"),
            ([.. good, 0], "The stream is no usable checkpoint"),
            (flipped, "checksum"),
        })
        {
            foreach (Stream stream in new[] { new OneWayStream(bytes), (Stream)new MemoryStream(bytes) })
            {
                string message =
                    Assert.Throws<InvalidInputException>(() => Generator.Load(Cpu, stream)).Message;
                Assert.StartsWith("The stream", message, StringComparison.Ordinal);
                Assert.Contains(why, message, StringComparison.Ordinal);
                Assert.Equal(message, Assert.Throws<InvalidInputException>(
                    () => GanTrainer.Resume(Cpu, Data(), Again(stream, bytes))).Message);
            }
        }

        Assert.Contains("can't be read", Assert.Throws<InvalidInputException>(
            () => Generator.Load(Cpu, new OneWayStream())).Message, StringComparison.Ordinal);
        Assert.Contains("has 40 of", Assert.Throws<InvalidInputException>(() => GanTrainer.Resume(
            Cpu, DataSet.FromBytes("other", new byte[40 * 16], 40, 4, 4, 1), new OneWayStream(good))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Whoever states a size must send it before memory is taken for it.</summary>
    [Fact]
    public void No_memory_is_taken_for_what_has_not_arrived()
    {
        string header = """{"a":{"dtype":"F32","shape":[20000,20000],"data_offsets":[0,1600000000]}}""";
        byte[] bytes = new byte[8 + header.Length + 100];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        Encoding.ASCII.GetBytes(header, bytes.AsSpan(8));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidInputException>(() => Generator.Load(Cpu, new OneWayStream(bytes)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void A_stream_that_can_not_be_written_throws_what_it_throws()
    {
        using GanTrainer trainer = Trainer("mlp");
        Assert.Throws<NotSupportedException>(() => trainer.Save(new MemoryStream([], writable: false)));
        Assert.Throws<ArgumentNullException>(() => trainer.Save((Stream)null!));
    }

    private static Stream Again(Stream stream, byte[] bytes) =>
        stream is OneWayStream ? new OneWayStream(bytes) : new MemoryStream(bytes);

    private static GanTrainer Trainer(string name)
    {
        Preset preset = SmallPreset.Named(name);
        return new(Cpu, preset, Data(), preset.Recipe with { BatchSize = 8 });
    }
}
