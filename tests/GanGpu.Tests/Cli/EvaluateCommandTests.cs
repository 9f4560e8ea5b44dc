using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using SkiaSharp;

namespace GanGpu.Tests.Cli;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Points_in_the_plane_are_measured_by_their_modes()
    {
        Train("ring", "ring");
        string[] lines = Evaluate("ring").OutputLines;
        Assert.Contains(lines, line => line.Contains("modes captured of 8", StringComparison.Ordinal)
            && line.Contains("2500", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("precision (coordinates)", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("Parzen", StringComparison.Ordinal)
            || line.Contains("held out", StringComparison.Ordinal));

        JsonElement json = Json("ring", "--seed", "3", "--samples", "500", "--plot", "points.png");
        JsonElement mixture = json.GetProperty("evaluation").GetProperty("mixture");
        Assert.Equal((500, 8), (mixture.GetProperty("samples").GetInt32(), mixture.GetProperty("modes").GetInt32()));
        Assert.Equal(8, mixture.GetProperty("samples_of_mode").GetArrayLength());
        JsonElement frechet = json.GetProperty("evaluation").GetProperty("frechet");
        Assert.Equal(
            (500, 500), (frechet.GetProperty("generated").GetInt32(), frechet.GetProperty("real").GetInt32()));
        Assert.Equal(
            ["dimension", "distance", "generated", "name", "of_means", "real", "space"],
            frechet.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.False(json.GetProperty("evaluation").TryGetProperty("parzen", out _));
        Assert.Equal(json.ToString(), Json("ring", "--seed", "3", "--samples", "500").ToString());
        JsonElement other = Json("ring", "--seed", "4", "--samples", "500");
        Assert.NotEqual(json.GetProperty("evaluation").ToString(), other.GetProperty("evaluation").ToString());

        // Gray points where the data is, at least, in a picture that is no single colour.
        using SKBitmap picture = SKBitmap.Decode(place.At("points.png"));
        Assert.True(picture.Pixels.Distinct().Count() > 20);
    }

    [Fact]
    public void Runs_on_points_leave_scatter_plots_and_arrays_of_numbers()
    {
        Train("grid", "grid");
        using (SKBitmap picture = SKBitmap.Decode(place.At("grid/samples.png")))
            Assert.True(picture.Width > 500);
        Gangpu.Run(place, "sample", "grid", "--device", "cpu", "--count", "10", "--out", "points.npy").Succeeded();
        string header = System.Text.Encoding.Latin1.GetString(place.Read("points.npy"), 0, 120)
            .Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains("'descr':'<f4'", header, StringComparison.Ordinal);
        Assert.Contains("'shape':(10,1,2,1)", header, StringComparison.Ordinal);
        Gangpu.Run(place, "sample", "grid", "--device", "cpu", "--out", "points.png").Succeeded();
        Assert.Contains(
            "points of 2 numbers", Gangpu.Run(place, "sample", "grid", "--device", "cpu", "--out", "folder").FailedWith(2),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Images_with_labels_are_measured_in_the_features_of_a_classifier_that_is_kept()
    {
        // 28 x 28 images of two kinds, with MNIST's names, few enough to learn from in a moment.
        WriteMnist("mnist", "train", 400);
        WriteMnist("mnist", "t10k", 100);
        Train("mnist", "run", "cgan");
        JsonElement json = Json("run", "--samples", "60").GetProperty("evaluation");
        Assert.True(json.GetProperty("held_out").GetBoolean());
        Assert.Equal("own features", json.GetProperty("frechet").GetProperty("space").GetString());
        Assert.Equal(128, json.GetProperty("frechet").GetProperty("dimension").GetInt32());
        Assert.Equal(1.0, json.GetProperty("classes").GetProperty("classifier_accuracy").GetDouble());
        JsonElement parzen = json.GetProperty("parzen");
        Assert.Equal(
            (60, 400, 100),
            (parzen.GetProperty("generated").GetInt32(), parzen.GetProperty("validation").GetInt32(),
                parzen.GetProperty("real").GetInt32()));
        string kept =
            Assert.Single(place.Entries("run"), name => name.StartsWith("classifier-", StringComparison.Ordinal));
        byte[] bytes = place.Read("run/" + kept);

        string[] lines = Evaluate("run/checkpoint.safetensors", "--data", "mnist", "--samples", "60").OutputLines;
        Assert.Contains(lines, line => line.Contains("Fréchet distance (own features)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("100.00 %", StringComparison.Ordinal));
        // The preset is one that is told classes.
        Assert.Matches(@"of the class asked for, %\s+more\s+[\d.]+", string.Join('\n', lines));
        Assert.Equal(bytes, place.Read("run/" + kept));
        Evaluate("run", "--samples", "60", "--cache", "shared");
        Assert.Equal(bytes, place.Read("shared/" + kept));
    }

    [Fact]
    public void Images_without_labels_are_measured_as_pixels()
    {
        Train(place.DataFile, "run");
        string[] lines = Evaluate("run", "--samples", "50").OutputLines;
        Assert.Contains(lines, line => line.Contains("Parzen", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Fréchet distance (pixels)", StringComparison.Ordinal));
        Assert.Contains("has no samples held out", lines[^1], StringComparison.Ordinal);
        // No generator has seen discs after five steps; that must show.
        JsonElement evaluation = Json("run", "--samples", "50").GetProperty("evaluation");
        Assert.Equal(
            0, evaluation.GetProperty("density_coverage").GetProperty("coverage").GetDouble());
    }

    [Fact]
    public void Stacked_images_are_measured_by_their_modes()
    {
        WriteMnist("mnist", "train", 100);
        Train("stacked:mnist", "run");
        Assert.Contains(
            "stacked:" + place.At("mnist"), File.ReadAllText(place.At("run/settings.json")), StringComparison.Ordinal);
        JsonElement evaluation = Json("run", "--samples", "40").GetProperty("evaluation");
        JsonElement stacked = evaluation.GetProperty("stacked");
        Assert.Equal((40, 8), (stacked.GetProperty("samples").GetInt32(), stacked.GetProperty("modes").GetInt32()));
        Assert.False(evaluation.TryGetProperty("frechet", out _));
    }

    [Fact]
    public void Too_few_samples_are_refused_with_what_is_possible()
    {
        Squares.Write(place.At("one/a.png"), 5);
        InProcess.Run(
            place, "train", "--data", "./one", "--image-size", "8", "--device", "cpu", "--steps", "1", "--batch", "1",
            "--out", "./run", "--quiet").Succeeded();
        string line = InProcess.Run(place, "evaluate", "./run", "--device", "cpu").FailedWith(2);
        Assert.Contains(
            "'one' has 1 to compare with, and an evaluation needs at least 6", line, StringComparison.Ordinal);
        Assert.Contains(
            "distances are possible of 2 samples, precision and recall of 4, density and coverage of 6", line,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("./missing")]
    [InlineData("./run", "--samples", "0")]
    [InlineData("./run", "--samples", "5")]
    [InlineData("./run", "--samples", "2000000000")]
    [InlineData("./run", "--seed", "-1")]
    [InlineData("./run", "--data", "./missing")]
    [InlineData("./run", "--data", "ring")]
    [InlineData("./run", "--data", "")]
    [InlineData("./run", "--plot", "./points.png")]
    [InlineData("./run/checkpoint.safetensors")]
    [InlineData("./run/metrics.jsonl", "--data", "ring")]
    public void Bad_input_is_refused(string run, params string[] arguments)
    {
        SharedRun.CopyTo(place);
        string[] before = place.Entries();
        InProcess.Run(place, ["evaluate", run, "--device", "cpu", .. arguments]).FailedWith(2);
        Assert.Equal(before, place.Entries());
    }

    private void Train(string data, string run, string preset = "mlp") =>
        Gangpu.Run(
            place, "train", "--data", data, "--preset", preset, "--device", "cpu", "--steps", "5", "--batch", "16",
            "--sample-every", "5", "--out", run, "--quiet").Succeeded();

    private Result Evaluate(string run, params string[] arguments) =>
        Gangpu.Run(place, ["evaluate", run, "--device", "cpu", .. arguments]).Succeeded();

    private JsonElement Json(string run, params string[] arguments) =>
        JsonDocument.Parse(Evaluate(run, ["--json", .. arguments]).Output).RootElement;

    /// <summary>Discs of two sizes at many places, the size as the label.</summary>
    private void WriteMnist(string folder, string part, int count)
    {
        const int Side = 28;
        Directory.CreateDirectory(place.At(folder));
        byte[] images = new byte[16 + (count * Side * Side)], labels = new byte[8 + count];
        int[] header = [0x00000803, count, Side, Side];
        for (int i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(i * sizeof(int)), header[i]);
        BinaryPrimitives.WriteInt32BigEndian(labels, 0x00000801);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), count);
        int salt = part.Length;
        for (int i = 0; i < count; i++)
        {
            labels[8 + i] = (byte)(i % 2);
            for (int p = 0; p < Side * Side; p++)
            {
                int dx = (p % Side) - 10 - ((i + salt) * 7 % 8), dy = (p / Side) - 10 - ((i + salt) * 3 / 8 % 8);
                images[16 + (i * Side * Side) + p] =
                    (byte)((dx * dx) + (dy * dy) < (i % 2 == 0 ? 20 : 90) ? 200 + (i % 50) : i % 7);
            }
        }

        File.WriteAllBytes(
            place.At(string.Create(CultureInfo.InvariantCulture, $"{folder}/{part}-images-idx3-ubyte")), images);
        File.WriteAllBytes(
            place.At(string.Create(CultureInfo.InvariantCulture, $"{folder}/{part}-labels-idx1-ubyte")), labels);
    }
}
