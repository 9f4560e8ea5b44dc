using System.IO.Compression;
using System.Text.Json;
using GanGpu.Tests.Images;
using SkiaSharp;

namespace GanGpu.Tests.Cli;

/// <summary>gangpu data inspect, and training on what it shows.</summary>
public class DataInspectCommandTests
{
    [Fact]
    public void It_counts_and_draws_what_a_folder_holds()
    {
        using Workplace place = new();
        Write(place, "../photos");
        string[] lines = Gangpu.RunAlone(
            place, "data", "inspect", "../photos", "--image-size", "6x4", "--channels", "3", "--out", "sheet.png")
            .Succeeded().OutputLines;
        Assert.Equal("photos: 5 images of 6x4x3, 0.0 MB in memory", lines[0]);
        Assert.Contains(lines, line => Words(line) is ["red", "10", "50", "30", "14.142"]);
        Assert.Contains(lines, line => Words(line) is ["0", "ant", "2"]);
        Assert.Contains(lines, line => Words(line) is ["1", "猫", "3"]);
        Assert.Equal("5 pictures: sheet.png", lines[^1]);
        Assert.Equal(["sheet.png"], place.Entries());

        using SKBitmap sheet = SKBitmap.Decode(place.At("sheet.png"));
        // Ten to a row and a row for each class; 4 columns and 6 rows of pixels are enlarged 14 times, and lie 2 apart.
        Assert.Equal(((10 * 58) + 2, (2 * 86) + 2), (sheet.Width, sheet.Height));
        Assert.Equal([10, 20, 0], Reds(sheet, 3, 40));
        Assert.Equal([30, 40, 50, 0], Reds(sheet, 4, 126));
    }

    [Fact]
    public void Json_has_the_same_figures()
    {
        using Workplace place = new();
        Write(place, "../photos");
        ZipFile.CreateFromDirectory(place.At("../photos"), place.At("../photos.zip"));
        foreach (string source in new[] { "../photos", "../photos.zip" })
        {
            using JsonDocument json =
                JsonDocument.Parse(InProcess.Run(place, "data", "inspect", source, "--json").Succeeded().Output);
            JsonElement root = json.RootElement;
            Assert.Equal(
                (5, 0, "images", 28, 28, 1),
                (Number("count"), Number("skipped"), root.GetProperty("format").GetProperty("modality").GetString(),
                    Size("height"), Size("width"), Size("channels")));
            Assert.Equal(
                (10, 50),
                (root.GetProperty("values")[0].GetProperty("least").GetInt32(),
                    root.GetProperty("values")[0].GetProperty("most").GetInt32()));
            Assert.Equal(
                ["ant:2", "猫:3"], root.GetProperty("classes").EnumerateArray()
                .Select(one => $"{one.GetProperty("name").GetString()}:{one.GetProperty("count").GetInt32()}"));

            int Number(string name) => root.GetProperty(name).GetInt32();

            int Size(string name) => root.GetProperty("format").GetProperty("shape").GetProperty(name).GetInt32();
        }
    }

    [Fact]
    public void Files_with_test_images_and_points_are_shown_too()
    {
        using Workplace place = new();
        string[] lines = InProcess.Run(place, "data", "inspect", place.DataFile).Succeeded().OutputLines;
        Assert.StartsWith(
            $"images-idx3-ubyte: {Workplace.ImageCount} images of 28x28x1", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => Words(line) is ["grey", "0", "230", _, _]);
        Assert.Contains("no classes", lines);
        lines = InProcess.Run(place, "data", "inspect", "ring").Succeeded().OutputLines;
        Assert.StartsWith("ring: 100000 vectors of 2", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("26000 more", lines[1], StringComparison.Ordinal);
        Assert.Contains(
            "no images", InProcess.Run(place, "data", "inspect", "ring", "--out", "./sheet.png").FailedWith(2),
            StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Theory]
    [InlineData("does not exist", "./missing")]
    [InlineData(".png", "digits", "--out", "./sheet.jpg")]
    [InlineData("--channels", "../photos", "--channels", "2")]
    [InlineData("--image-size", "../photos", "--image-size", "0")]
    [InlineData("is no image", "../bad")]
    [InlineData("black, white, grey or #rrggbb", "../photos", "--background", "see-through")]
    [InlineData("give --labels as well", "../photos", "--label-column", "kind")]
    [InlineData("labels.csv", "../photos", "--labels", "./labels.csv")]
    public void A_wrong_request_is_refused(string said, params string[] arguments)
    {
        using Workplace place = new();
        Write(place, "../photos");
        Directory.CreateDirectory(place.At("../bad"));
        File.WriteAllText(place.At("../bad/1.png"), "none");
        Assert.Contains(
            said, InProcess.Run(place, ["data", "inspect", .. arguments]).FailedWith(2), StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void It_says_what_the_source_is_and_what_is_made_of_it()
    {
        using Workplace place = new();
        Write(place, "../photos");
        File.WriteAllBytes(place.At("../photos/ant/wide.png"),
            Pictures.Encode(9, 4, (x, _) => new SKColor(200, 0, 0, (byte)(x == 0 ? 0 : 255))));
        foreach (string name in new[] { "ant/a.heic", "ant/b.tif", "猫/c.avif" })
            File.WriteAllBytes(place.At("../photos/" + name), [1]);
        File.WriteAllBytes(place.At("../photos/ant/bad.png"), [1]);
        Directory.CreateDirectory(place.At("../photos/.hidden"));
        File.WriteAllBytes(place.At("../photos/.hidden/1.png"), Pictures.Grey(1));
        string[] inspect = ["data", "inspect", "../photos", "--image-size", "4", "--background", "white",
            "--skip-damaged"];
        string[] said =
        [
            "source      6 images of 4x4 to 9x4 (width x height), 1 colour, 5 grey, 1 with transparent parts",
            "made        brought to 4x4 grey; cropped: 1; 1 of 6 have transparent parts, laid on white",
            "left out    3 files that can't be read: 1 .avif, 1 .heic, 1 .tif; convert them to PNG",
            "left out    1 damaged picture: ant/bad.png",
        ];
        Assert.Equal(said, InProcess.Run(place, inspect).Succeeded().OutputLines[1..5]);
        string[] train = ["train", "--data", "../photos", "--image-size", "4", "--background", "white",
            "--skip-damaged", "--device", "cpu", "--steps", "1", "--batch", "2", "--out", "./run"];
        Assert.Equal(said, InProcess.Run(place, train).Succeeded().OutputLines.Where(line => said.Contains(line)));

        using JsonDocument json = JsonDocument.Parse(InProcess.Run(place, [.. inspect, "--json"]).Succeeded().Output);
        JsonElement source = json.RootElement.GetProperty("source");
        Assert.Equal(["ant/bad.png"], source.GetProperty("damaged").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal((1, 1, "white"),
            (source.GetProperty("left_out").GetProperty(".tif").GetInt32(), source.GetProperty("cropped").GetInt32(),
            source.GetProperty("background").GetString()));
        using JsonDocument start = JsonDocument.Parse(
            InProcess.Run(place, [.. train[..^1], "./other", "--json"]).Succeeded().OutputLines[0]);
        Assert.Equal(9, start.RootElement.GetProperty("source").GetProperty("largest_width").GetInt32());
        Assert.Equal("ant/bad.png", start.RootElement.GetProperty("source").GetProperty("damaged")[0].GetString());
    }

    [Fact]
    public void Labels_of_a_table_are_trained_on_and_found_again()
    {
        using Workplace place = new();
        Write(place, "../photos");
        File.WriteAllText(place.At("labels.csv"),
            "name,size,kind\n1.png,1,x\n2.png,2,y\n3.png,1,x\n4.png,2,y\n5.png,1,x\n");
        string[] labels = ["--labels", "./labels.csv", "--label-column", "kind"];
        string[] lines = InProcess.Run(place, ["data", "inspect", "../photos", .. labels]).Succeeded().OutputLines;
        Assert.Contains(lines, line => Words(line) is ["0", "x", "3"]);
        Assert.Contains(lines, line => Words(line) is ["1", "y", "2"]);
        InProcess.Run(place,
            ["train", "--data", "../photos", .. labels, "--preset", "cgan", "--image-size", "4", "--device", "cpu",
            "--steps", "1", "--batch", "2", "--out", "./run"]).Succeeded();
        // From another folder as well, since the run has full paths.
        using Workplace elsewhere = new();
        InProcess.Run(elsewhere, "train", "--resume", place.At("run"), "--steps", "1").Succeeded();
        Assert.Contains("say which of them has the classes: name, size, kind",
            InProcess.Run(place, "data", "inspect", "../photos", "--labels", "./labels.csv").FailedWith(2),
            StringComparison.Ordinal);
        Assert.Contains("--labels is for folders",
            InProcess.Run(place, "train", "--data", "digits", "--labels", "./labels.csv", "--steps", "1", "--device",
            "cpu", "--out", "./none").FailedWith(2), StringComparison.Ordinal);
        Assert.False(Directory.Exists(place.At("none")));
    }

    [Fact]
    public void Why_there_are_no_classes_is_said()
    {
        using Workplace place = new();
        foreach (string name in new[] { "00000/1.png", "00001/2.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place.At("../shards/" + name))!);
            File.WriteAllBytes(place.At("../shards/" + name), Pictures.Grey(1));
        }

        string shown = InProcess.Run(place, "data", "inspect", "../shards").Succeeded().Output;
        Assert.Contains(
            "classes     none: the data has the folders 00000 to 00001, which divide files and are no classes", shown,
            StringComparison.Ordinal);
        Assert.DoesNotContain("no classes\n", shown, StringComparison.Ordinal);
        string said = InProcess.Run(place, "train", "--data", "../shards", "--preset", "cgan", "--device", "cpu",
            "--steps", "1", "--out", "./run").FailedWith(2);
        Assert.Contains("'shards' has the folders 00000 to 00001, which divide files", said, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void Training_takes_an_archive_and_leaves_out_what_is_damaged()
    {
        using Workplace place = new();
        Write(place, "../photos");
        File.WriteAllText(place.At("../photos/ant/bad.png"), "none");
        ZipFile.CreateFromDirectory(place.At("../photos"), place.At("../photos.zip"));
        string[] train = [
            "train", "--data", "../photos.zip", "--image-size", "8", "--channels", "4", "--device", "cpu", "--steps",
            "2", "--batch", "4", "--out", "./run"];
        Assert.Contains("bad.png", InProcess.Run(place, train).FailedWith(2), StringComparison.Ordinal);
        Result result = InProcess.Run(place, [.. train, "--skip-damaged"]).Succeeded();
        Assert.Contains("5 samples of 8x8x4", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 damaged", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "1 damaged", InProcess.Run(place, "train", "--resume", "./run", "--steps", "1").Succeeded().Output,
            StringComparison.Ordinal);
        using SKBitmap samples = SKBitmap.Decode(place.At("run/samples.png"));
        Assert.NotEqual(SKAlphaType.Opaque, samples.AlphaType);
    }

    [Fact]
    public void A_second_start_takes_what_the_first_has_decoded()
    {
        using Workplace place = new();
        byte[] png = Pictures.Grey(77);
        Directory.CreateDirectory(place.At("../many"));
        for (int i = 0; i < 600; i++)
            File.WriteAllBytes(place.At($"../many/{i:D3}.png"), png);
        Dictionary<string, string> kept = new() { ["GANGPU_CACHE"] = place.At("cache") },
            none = new() { ["GANGPU_CACHE"] = "none" };
        string first = Gangpu.Run(place, kept, "data", "inspect", "../many").Succeeded().Output;
        string file = Assert.Single(Directory.GetFiles(place.At("cache/images")));
        // The same size and time, so that only the cache can know better.
        DateTime written = File.GetLastWriteTimeUtc(place.At("../many/000.png"));
        File.WriteAllBytes(place.At("../many/000.png"), new byte[png.Length]);
        File.SetLastWriteTimeUtc(place.At("../many/000.png"), written);
        Assert.Equal(first, Gangpu.Run(place, kept, "data", "inspect", "../many").Succeeded().Output);
        Assert.Equal([file], Directory.GetFiles(place.At("cache/images")));
        Assert.Contains(
            "000.png", Gangpu.Run(place, none, "data", "inspect", "../many").FailedWith(2), StringComparison.Ordinal);
    }

    private static IEnumerable<int> Reds(SKBitmap sheet, int columns, int y) =>
        Enumerable.Range(0, columns).Select(column => (int)sheet.GetPixel(30 + (58 * column), y).Red);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void Write(Workplace place, string folder)
    {
        string[] names = ["ant/1.png", "ant/2.png", "猫/3.png", "猫/4.png", "猫/5.png"];
        for (int i = 0; i < names.Length; i++)
        {
            string path = Path.Combine(place.At(folder), names[i]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Pictures.Grey((byte)(10 * (i + 1))));
        }
    }
}
