using System.Text.RegularExpressions;
using GanGpu.Images;
using GanGpu.Modalities;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Modalities;

/// <summary>What is known of a kind of samples is in its folder; everything else takes samples for what they say.</summary>
public sealed partial class ModalityTests : IDisposable
{
    private readonly Data.TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nothing_outside_of_its_folder_asks_which_kind_samples_are() => Assert.Empty(
        Matching(
            Asking(), "",
            "GanGpu/Modalities/", "GanGpu/Data/SampleFormat.cs", "GanGpu.Cli/Modalities/", "GanGpu.Images/"));

    /// <summary>Networks of convolutions are for images, and so are files of pictures; training and runs are not.</summary>
    [Theory]
    [InlineData("GanGpu/Objectives/")]
    [InlineData("GanGpu/Training/")]
    [InlineData("GanGpu/Measures/")]
    [InlineData("GanGpu/Runs/")]
    [InlineData("GanGpu/Benchmarking/")]
    [InlineData("GanGpu.Cli/Commands/")]
    [InlineData("GanGpu.Cli/Views/")]
    public void Nothing_that_trains_measures_or_reports_asks_for_what_only_images_have(string folder)
    {
        Assert.Empty(Matching(PropertyOfImages(), folder));
        Assert.NotEmpty(Matching(AnyType(), folder));
    }

    [Theory]
    [InlineData("if (data.Format.Modality == SampleFormat.Points)")]
    [InlineData("format is { Modality: \"images\" }")]
    public void Asking_for_the_kind_is_recognised(string line) => Assert.Matches(Asking(), line);

    [Theory]
    [InlineData("using GanGpu.Modalities.Images;")]
    [InlineData("data.Format.Width * 3")]
    [InlineData("sample.Channels == 1")]
    [InlineData("SampleFormat.OfImages(28, 28, 1)")]
    [InlineData("data.Origin is ImageSourceSummary")]
    public void Asking_for_what_images_have_is_recognised(string line) => Assert.Matches(PropertyOfImages(), line);

    private static string[] Matching(Regex asking, string folder, params string[] own)
    {
        string source = Path.Combine(Repository.Root, "src");
        return
        [
            .. Directory.EnumerateFiles(Path.Combine(source, folder), "*.cs", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(source, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
                .Where(file => !file.Path.Contains("/obj/", StringComparison.Ordinal)
                    && !own.Any(place => file.Path.StartsWith(place, StringComparison.Ordinal))
                    && asking.IsMatch(file.Text))
                .Select(file => file.Path),
        ];
    }

    [Fact]
    public void Every_kind_has_a_name_of_its_own_and_opens_what_it_names()
    {
        Assert.Equal(Modality.All.Count, Modality.All.DistinctBy(modality => modality.Name).Count());
        foreach (Modality modality in Modality.All)
        {
            foreach (string name in modality.Readers.SelectMany(reader => reader.Names))
            {
                DataSet data = DataSource.Open(name), heldOut = DataSource.OpenHeldOut(name)!;
                Assert.Same(modality, Modality.Of(data.Format));
                Assert.Equal(data.Format, heldOut.Format);
                Assert.NotEqual(data.Samples(0, 1).Values.ToArray(), heldOut.Samples(0, 1).Values.ToArray());
                Assert.Equal(name, DataSource.FullName(name));
            }
        }
    }

    /// <summary>What is held out is of the files that were opened, whatever else lies beside them.</summary>
    [Fact]
    public void Held_out_samples_are_of_the_same_files()
    {
        string place = folder.At("both");
        Directory.CreateDirectory(place);
        foreach ((string name, int count) in new[] { ("train", 3), ("t10k", 2) })
        {
            byte[] header = [0, 0, 8, 3, 0, 0, 0, (byte)count, 0, 0, 0, 2, 0, 0, 0, 2];
            File.WriteAllBytes(
                Path.Combine(place, $"{name}-images-idx3-ubyte"), [.. header, .. new byte[count * 4]]);
        }

        File.WriteAllBytes(Path.Combine(place, "test_batch.bin"), new byte[3073]);
        Assert.Equal(("2x2x1", 3), Of(DataSource.Open(place)));
        Assert.Equal(("2x2x1", 2), Of(DataSource.OpenHeldOut(place)!));
        File.Delete(Path.Combine(place, "t10k-images-idx3-ubyte"));
        Assert.Null(DataSource.OpenHeldOut(place));
        File.WriteAllBytes(Path.Combine(place, "data_batch_1.bin"), new byte[3073]);
        Assert.Equal(("2x2x1", 3), Of(DataSource.Open(place)));

        static (string Format, int Count) Of(DataSet data) => (data.Format.ToString(), data.Count);
    }

    /// <summary>The core needs no more of a kind than the format that samples carry.</summary>
    [Fact]
    public void Samples_of_a_kind_that_nobody_knows_are_trained_on_drawn_and_saved()
    {
        byte[] bytes = new byte[40 * 24];
        new Random(1).NextBytes(bytes);
        SampleFormat sound = new("sound", new SampleShape(1, 12, 2), SampleEncoding.Bytes) { Axes = "WC" };
        DataSet data = DataSet.OfBytes("noise", sound, bytes, 40, labels: null);
        using Device device = Device.Open("cpu");
        using (GanTrainer trainer = new(device, Preset.Mlp, data, new() { BatchSize = 8 }))
        {
            trainer.Replay(3);
            trainer.Save(folder.At("checkpoint"));
        }

        using Generator generator = Generator.Load(device, folder.At("checkpoint"));
        Assert.Equal(sound, generator.Format);
        Assert.Equal(5 * 24, generator.Sample(5).Values.Length);
        Assert.Contains(
            "'sound'; there are images and points",
            Assert.Throws<InvalidInputException>(() => Evaluation.Run(device, generator, data, null)).Message,
            StringComparison.Ordinal);
        // It has no left and no right.
        Assert.Contains(
            "mirrored",
            Assert.Throws<InvalidInputException>(
                () => new GanTrainer(device, Preset.Mlp, data, new() { BatchSize = 8, HorizontalFlip = true })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_such_samples_has_a_report_and_no_picture()
    {
        DataSet data = DataSet.OfBytes(
            "noise", new("sound", new SampleShape(1, 12, 2), SampleEncoding.Bytes) { Axes = "WC" }, new byte[40 * 24], 40,
            labels: null);
        using Device device = Device.Open("cpu");
        using (TrainingRun run = TrainingRun.Start(
            device, Preset.Mlp, data, folder.At("run"), new TrainingOptions { BatchSize = 8, ReportEvery = 2 },
            new RunOptions { Steps = 4, SampleEvery = 2, Pictures = new ImagePictures() }))
            await run.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(File.Exists(Path.Combine(folder.At("run"), "report.html")));
        Assert.Empty(Directory.GetFiles(folder.At("run"), "*.png", SearchOption.AllDirectories));
    }

    [GeneratedRegex(@"SampleFormat\.(Points|Images)\b|\bModality\s*(==|!=|is\b)|Modality:")]
    private static partial Regex Asking();

    [GeneratedRegex(
        @"Modalities\.(Images|Points);|\b([Ff]ormat|[Ss]ample)\.(Height|Width|Channels)\b|\bOf(Images|Points)\(|ImageSourceSummary")]
    private static partial Regex PropertyOfImages();

    [GeneratedRegex(@"\b(class|record|interface) \w")]
    private static partial Regex AnyType();
}
