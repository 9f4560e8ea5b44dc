using GanGpu.Data;
using GanGpu.Tests.Data;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Checkpoints;

/// <summary>
/// Each opening, write, flush and renaming of a checkpoint fails once: the one before stays, and nothing is left of the
/// new one.
/// </summary>
public sealed class FailingWritesTests
{
    [Fact]
    public void Whatever_fails_the_previous_checkpoint_stays()
    {
        using Device device = Device.Open("cpu");
        using TempFolder folder = new();
        using GanTrainer trainer = new(
            device, Preset.Mlp with { LatentSize = 8, GeneratorUnits = new(16, 24), DiscriminatorUnits = new(24, 16) },
            GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10 });
        string checkpoint = folder.At("checkpoint.safetensors");
        trainer.Save(checkpoint);
        byte[] before = File.ReadAllBytes(checkpoint);
        trainer.Replay(3);

        int failures = 0;
        try
        {
            for (FailAt operations; ; failures++)
            {
                FileOperations.Current = operations = new FailAt(failures);
                try
                {
                    trainer.Save(checkpoint);
                    break;
                }
                catch (IOException e)
                {
                    Assert.Equal("Made to fail.", e.Message);
                }

                Assert.Equal(before, File.ReadAllBytes(checkpoint));
                Assert.Equal(
                    ["checkpoint.safetensors"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(checkpoint)!)
                    .Select(Path.GetFileName));
                Assert.Equal(0, ReadStep(device, checkpoint));
            }
        }
        finally
        {
            FileOperations.Current = new FileOperations();
        }

        // Opening, the writes of the header and of each tensor, flush and renaming.
        Assert.InRange(failures, 10, 1000);
        Assert.NotEqual(before, File.ReadAllBytes(checkpoint));
        Assert.Equal(3, ReadStep(device, checkpoint));
    }

    private static long ReadStep(Device device, string path)
    {
        using GanTrainer resumed = GanTrainer.Resume(device, GanTrainerTests.Bytes(95, 3, 3), path);
        return resumed.Step;
    }

    /// <summary>Lets one operation fail, counted from 0.</summary>
    private sealed class FailAt(int number) : FileOperations
    {
        private int done;

        public override Stream Create(string path)
        {
            Count();
            return new CountedStream(base.Create(path), Count);
        }

        public override void Flush(Stream stream)
        {
            Count();
            base.Flush(((CountedStream)stream).Inner);
        }

        public override void Rename(string from, string to)
        {
            Count();
            base.Rename(from, to);
        }

        private void Count()
        {
            if (done++ == number)
                throw new IOException("Made to fail.");
        }
    }

    private sealed class CountedStream(Stream inner, Action count) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int length) => Write(buffer.AsSpan(offset, length));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            count();
            inner.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
