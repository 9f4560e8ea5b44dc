using System.Globalization;
using System.IO.Compression;
using CsCheck;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.PyTorch;
using GanGpu.Runs;
using GanGpu.Tests.Data;
using GanGpu.Tests.Images;
using GanGpu.Tests.Support;
using GanGpu.Training;
using SkiaSharp;

namespace GanGpu.Tests.Fuzzing;

/// <summary>
/// Changed files of every format that is read: each is taken, or refused by an exception of ours that names it, within
/// a second of a processor and without memory that it only claims to need. Changes are of valid files, since of random
/// bytes none get past the first check. A failure prints a seed that CsCheck repeats (environment variable
/// CsCheck_Seed) and the smallest changes it found. Each format is tried some hundred times, or for GANGPU_FUZZ_SECONDS
/// seconds.
/// </summary>
public sealed class ParserFuzzTests : IDisposable
{
    private const long MostMemory = 256L << 20;
    private const int Files = 300;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly TempFolder folder = new();

    public static TheoryData<string> Formats => [.. Parsers.Keys];

    /// <summary>By name: a valid file, what it is called, and what reads it.</summary>
    private static Dictionary<string, (Func<byte[]> Valid, string Name, Action<string> Read)> Parsers { get; } = new()
    {
        ["checkpoint"] = (Golden, "checkpoint.safetensors", path => Checkpoint.Read(path)),
        ["weights"] = (Golden, "weights.safetensors", path => TensorFile.Open(path).Dispose()),
        ["idx"] = (Idx, "images-idx3-ubyte", path => DataSource.Open(path)),
        ["idx.gz"] = (() => Zipped(Idx()), "images-idx3-ubyte.gz", path => DataSource.Open(path)),
        ["npy"] = (Npy, "images.npy", path => DataSource.Open(path)),
        ["cifar"] = (() => Noise(3 * 3073, 10), "data_batch_1.bin", path => DataSource.Open(path)),
        ["zip"] = (Zip, "pictures.zip", path => AnyData.Open(path, new ImageOptions { Height = 8, Width = 8 })),
        ["npz"] = (Npz, "arrays.npz", path => AnyData.Open(path)),
        ["tar"] = (Tar, "pictures.tar", path => AnyData.Open(path, new ImageOptions { Height = 8, Width = 8 })),
        ["tar.gz"] = (() => Zipped(Tar()), "pictures.tar.gz",
            path => AnyData.Open(path, new ImageOptions { Height = 8, Width = 8 })),
        ["members.gz"] = (() => [.. Zipped(Idx()[..50]), .. Zipped(Idx()[50..]), 0, 0, 0], "images-idx3-ubyte.gz",
            path => DataSource.Open(path)),
        ["dataset.json"] = (
            () => """{"labels": [["00000/1.png", 3], ["00000/2.png", 0], ["00001/3.png", 12]]}"""u8.ToArray(),
            "dataset.json", path => Labelled(path, null)),
        ["csv"] = (() => "file,\"the label\"\r\n00000/1.png,cat\n2.png,\"dog \"\"2\"\"\"\n\"3.png\",cow\n"u8.ToArray(),
            "labels.csv", path => Labelled(path, path)),
        ["celeba"] = (() => "3\nSmiling Young\n1.png -1 1\n2.png 1 1\n3.png 1 -1\n"u8.ToArray(), "attributes.txt",
            path => Labelled(path, path, "Young")),
        ["png-exif"] = (PngWithExif, "picture.png", Folder),
        ["png"] = (() => Pictures.Busy(1, SKEncodedImageFormat.Png), "picture.png", Folder),
        ["jpeg"] = (() => Pictures.Busy(2, SKEncodedImageFormat.Jpeg), "picture.jpg", Folder),
        ["webp"] = (() => Pictures.Busy(3, SKEncodedImageFormat.Webp), "picture.webp", Folder),
        ["settings"] = (Settings, "settings.json", path => RunFolder.ReadSettings(Path.GetDirectoryName(path)!)),
        ["metrics"] = (Metrics, "metrics.jsonl", path => RunFolder.ReadReports(Path.GetDirectoryName(path)!)),
        ["config"] = (
            () => """{"preset": "dcgan", "batch-size": 32, "lr": 1e-4, "flip": true, "loss": "hinge"}"""u8.ToArray(),
            "options.json", Config),
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_changed_file_is_taken_or_refused_by_name(string format)
    {
        (Func<byte[]> valid, string name, Action<string> read) = Parsers[format];
        byte[] whole = valid();
        string path = folder.At(name);
        File.WriteAllBytes(path, whole);
        // The valid file is taken, so what the changes meet is the reading and not the first check. It warms up, too.
        read(path);
        int taken = 0, refused = 0;
        string? seconds = Environment.GetEnvironmentVariable("GANGPU_FUZZ_SECONDS");
        Mutation.Some.Sample(
            changes =>
            {
                File.WriteAllBytes(
                    path, changes.Aggregate((byte[])whole.Clone(), (file, change) => change.Apply(file)));
                long memory = GC.GetAllocatedBytesForCurrentThread();
                TimeSpan time = ThreadTime.Of(Read);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, MostMemory);
                Assert.True(time < Limit, $"It took {time}.");
            },
            iter: seconds is null ? Files : -1,
            time: seconds is null ? -1 : int.Parse(seconds, CultureInfo.InvariantCulture),
            threads: 1);
        TestContext.Current.TestOutputHelper?.WriteLine(
            FormattableString.Invariant($"{format}: {taken} taken, {refused} refused"));
        // Figures after a damaged line are lost, and no reason to lose those before it.
        Assert.True(
            refused > 10
            || format == "metrics",
            $"Only {refused} of {taken + refused} files were refused: the changes show nothing.");

        void Read()
        {
            try
            {
                read(path);
                taken++;
            }
            catch (InvalidInputException e)
            {
                Assert.Contains(name, e.Message, StringComparison.Ordinal);
                refused++;
            }
        }
    }

    private static void Folder(string path) =>
        AnyData.Open(Path.GetDirectoryName(path)!, new ImageOptions { Height = 8, Width = 8 });

    /// <summary>Three images beside a file that says what their classes are.</summary>
    private static void Labelled(string path, string? table, string? column = null)
    {
        string folder = Path.GetDirectoryName(path)!;
        for (int i = 1; i <= 3; i++)
        {
            string picture = Path.Combine(folder, $"0000{i / 3}", FormattableString.Invariant($"{i}.png"));
            if (File.Exists(picture))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(picture)!);
            File.WriteAllBytes(picture, Pictures.Grey((byte)i));
        }

        AnyData.Open(folder, new ImageOptions { Height = 1, Width = 1, LabelFile = table, LabelColumn = column });
    }

    private static void Config(string path)
    {
        string[] args = ["train", "--config", path];
        System.CommandLine.ParseResult parsed;
        lock (Cli.InProcess.Reading)
            parsed = Cli.InProcess.Root.Parse(args);
        GanGpu.Cli.Commands.ConfigFile.Of(parsed);
    }

    private static byte[] Golden() =>
        File.ReadAllBytes(
            Path.Combine(
                Support.Repository.Root, "tests", "GanGpu.Tests", "Checkpoints", "Golden", "checkpoint-1.safetensors"));

    private static byte[] Idx() => [0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 5, 0, 0, 0, 4, .. Noise(6 * 5 * 4)];

    private static byte[] Npy()
    {
        string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 5, 4, 3), }".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header.Select(character => (byte)character),
            .. Noise(6 * 5 * 4 * 3)];
    }

    private static byte[] Npz()
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("images.npy").Open();
            entry.Write(Npy());
        }

        return stream.ToArray();
    }

    private static byte[] Tar() =>
        FilePlaces.Tar(("a/1.png", Pictures.Busy(2, SKEncodedImageFormat.Png)),
        ($"b/{new string('n', 120)}.png", Pictures.Busy(3, SKEncodedImageFormat.Png)));

    private static byte[] PngWithExif()
    {
        byte[] png = Pictures.Busy(2, SKEncodedImageFormat.Png);
        byte[] chunk = [0, 0, 0, 26, .. "eXIf"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(34), Crc32.Of(chunk.AsSpan(4, 30)));
        return [.. png[..33], .. chunk, .. png[33..]];
    }

    private static byte[] Zip()
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create))
        {
            for (int i = 0; i < 3; i++)
            {
                using Stream entry = archive.CreateEntry($"class{i}/picture.png").Open();
                entry.Write(Pictures.Busy(i + 1, SKEncodedImageFormat.Png));
            }
        }

        return stream.ToArray();
    }

    private static byte[] Settings() => System.Text.Encoding.UTF8.GetBytes(new RunSettings
    {
        Preset = Preset.Mlp,
        Options = new(),
        Data = "digits",
        DataCount = 100,
        Sample = SampleFormat.OfImages(28, 28, 1),
        SampleEvery = 10,
        Sessions =
            [new RunSession { DeviceAsked = "cpu", Device = "cpu", DeviceDescription = "", FromStep = 0, ToStep = 10 }],
    }.ToJson());

    private static byte[] Metrics() =>
        System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 5).Select(step =>
        RunMetrics.ToJson(
            GanReport.Of(step, step, 0.5f, float.NaN, 0.5f, 0.5f, 10, TimeSpan.FromSeconds(step)))
            + "\n")));

    private static byte[] Zipped(byte[] content)
    {
        using MemoryStream stream = new();
        using (GZipStream zip = new(stream, CompressionLevel.Optimal))
            zip.Write(content);
        return stream.ToArray();
    }

    private static byte[] Noise(int count, int below = 256) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)(i * 97 % below))];
}
