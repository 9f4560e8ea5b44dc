using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using GanGpu.Runs;
using GanGpu.Tests.Cli;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Reports;

public sealed class TensorBoardTests
{
    [Fact]
    public void Checksums_are_those_of_others()
    {
        // The check value of CRC-32C in the RFC of iSCSI (3720, appendix B.4: 32 zeros) and in catalogues of such sums
        // ("123456789").
        Assert.Equal(unchecked(Rotated(0x8A9136AA) + 0xA282EAD8), TensorBoardWriter.MaskedChecksum(new byte[32]));
        Assert.Equal(unchecked(Rotated(0xE3069283) + 0xA282EAD8), TensorBoardWriter.MaskedChecksum("123456789"u8));
        for (int length = 0; length < 40; length++)
        {
            byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 37))];
            Assert.Equal(EventFile.Masked(data), TensorBoardWriter.MaskedChecksum(data));
        }

        static uint Rotated(uint checksum) => (checksum >> 15) | (checksum << 17);
    }

    [Fact]
    public void Figures_and_pictures_come_back()
    {
        using TempFolder folder = new();
        using FinishedRun run = new();
        byte[] png = File.ReadAllBytes(Path.Combine(run.Folder, "samples.png"));
        using (TensorBoardWriter writer = TensorBoardWriter.Create(folder.Folder))
        {
            writer.AddScalars(50, ("loss/ä", 1.5f), ("b", float.NaN));
            writer.AddScalars(5_000_000_000, ("loss/ä", float.NegativeInfinity));
            writer.AddImage(100, "samples", png);
            // It can be read while it grows.
            Assert.Equal(4, EventFile.ReadFolder(folder.Folder).Count);
            Assert.Throws<ArgumentException>(() => writer.AddImage(100, "samples", "no picture"u8));
        }

        List<BoardEvent> events = EventFile.ReadFolder(folder.Folder);
        Assert.Equal(
            [(50L, "loss/ä", 1.5f), (50, "b", float.NaN), (5_000_000_000, "loss/ä", float.NegativeInfinity)],
            events.Where(one => one.Png is null).Select(one => (one.Step, one.Tag, one.Figure!.Value)));
        BoardEvent image = Assert.Single(events, one => one.Png is not null);
        Assert.Equal((100, "samples"), (image.Step, image.Tag));
        Assert.Equal(png, image.Png);
        Assert.Equal(
            (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
                1L), (image.Height, image.Width, image.Colours));
        Assert.All(
            events, one =>
            Assert.InRange(
                one.Time, DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds(),
                DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds()));
    }

    [Fact]
    public void A_run_and_its_resumption_are_one_curve()
    {
        using Workplace place = new();
        Gangpu.Run(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "60", "--batch", "16",
            "--sample-every", "20", "--report-every", "10", "--best", "sw", "--out", "run", "--tensorboard", "-q")
            .Succeeded();
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "20", "-q").Succeeded();
        List<BoardEvent> events = EventFile.ReadFolder(place.At("run/tensorboard"));
        var lines = File.ReadAllLines(place.At("run/metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(8, lines.Length);
        foreach (
            (string tag, string name) in new[] {
                ("loss/discriminator", "d_loss"), ("loss/generator", "g_loss"), ("accuracy/real", "d_real_accuracy"),
                ("accuracy/generated", "d_fake_accuracy") })
        {
            Assert.Equal(
                lines.Select(line => (line.GetProperty("step").GetInt64(), line.GetProperty(name).GetSingle())),
                events.Where(one => one.Tag == tag).Select(one => (one.Step, one.Figure!.Value)));
        }

        Assert.Equal([20, 40, 60, 80], events.Where(one => one.Tag == "quality/sw").Select(one => one.Step));
        Assert.Equal([0, 20, 40, 60, 80], events.Where(one => one.Png is not null).Select(one => one.Step));
        Assert.Equal(place.Read("run/samples.png"), events.Last(one => one.Png is not null).Png);
        Assert.Equal(2, place.Entries("run/tensorboard").Length);
    }

    [Fact]
    public void What_a_resumption_trains_again_counts_once()
    {
        using TempFolder folder = new();
        using (TensorBoardWriter first = TensorBoardWriter.Create(folder.Folder))
        {
            foreach (int step in new[] { 10, 20, 30 })
                first.AddScalars(step, ("loss", step));
        }

        using (TensorBoardWriter second = TensorBoardWriter.Create(folder.Folder, fromStep: 20))
            second.AddScalars(30, ("loss", 31));
        Assert.Equal(
            [(10L, 10f), (20, 20), (30, 31)],
            EventFile.ReadFolder(folder.Folder).Select(one => (one.Step, one.Figure!.Value)));
    }

    [Fact]
    public void Tensorboards_own_reader_reads_it()
    {
        const string Script = """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            a = EventAccumulator(sys.argv[1]); a.Reload()
            for tag in sorted(a.Tags()['scalars']):
                for e in a.Scalars(tag): print(tag, e.step, e.value)
            for tag in a.Tags()['images']:
                for e in a.Images(tag): print(tag, e.step, e.width, e.height)
            """;
        using TempFolder folder = new();
        using FinishedRun run = new();
        using (TensorBoardWriter writer = TensorBoardWriter.Create(folder.Folder))
        {
            writer.AddScalars(10, ("loss", 1.5f));
            writer.AddScalars(20, ("loss", 2.5f));
            writer.AddImage(20, "samples", File.ReadAllBytes(Path.Combine(run.Folder, "samples.png")));
        }

        using (TensorBoardWriter writer = TensorBoardWriter.Create(folder.Folder, fromStep: 10))
            writer.AddScalars(20, ("loss", 3.5f));
        (int exitCode, string output) = Python("-c", "import tensorboard");
        Assert.SkipUnless(exitCode == 0, "There is no Python with tensorboard.");
        (exitCode, output) = Python("-c", Script, folder.Folder);
        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["loss 10 1.5", "loss 20 3.5"],
            output.Split('\n').Where(line => line.StartsWith("loss", StringComparison.Ordinal)));
    }

    private static (int ExitCode, string Output) Python(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo("python3", arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true
                })!;
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (1, "There is no python3.");
        }
    }
}
