using System.Text.Json;
using SkiaSharp;

namespace GanGpu.Tests.Cli;

public class TrainCommandTests
{
    [Fact]
    public void Training_leaves_exactly_the_promised_files()
    {
        using Workplace place = new();
        Result result = Gangpu.RunAlone(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "60", "--batch", "16",
            "--sample-every", "20", "--report-every", "10", "--out", "run").Succeeded();

        Assert.Equal(
            ["checkpoint.safetensors", "loss.png", "metrics.jsonl", "report.html", "samples", "samples.png",
                "samples/step-000000.png", "samples/step-000020.png", "samples/step-000040.png",
                "samples/step-000060.png", "settings.json", "training.webp"],
            place.Entries("run"));
        foreach (string picture in place.Entries("run").Where(name => name.EndsWith(".png", StringComparison.Ordinal)))
        {
            using SKBitmap? bitmap = SKBitmap.Decode(place.At("run/" + picture));
            Assert.True(bitmap is { Width: >= 28, Height: >= 28 }, $"{picture} is no picture.");
        }

        Assert.Equal(place.Read("run/samples/step-000060.png"), place.Read("run/samples.png"));
        Assert.Equal(
            [10, 20, 30, 40, 50, 60], Metrics(place, "run").Select(line => line.GetProperty("step").GetInt64()));
        Assert.All(Metrics(place, "run"), line => Assert.InRange(line.GetProperty("d_loss").GetDouble(), 0, 20));
        Assert.Contains("device      cpu", result.Output, StringComparison.Ordinal);
        Assert.Contains($"{Workplace.ImageCount} samples of 28x28x1", result.Output, StringComparison.Ordinal);
        Assert.Contains("steps per second", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^The first step was done \d+\.\d\d s after the program.s start\.$", result.Output);
        Assert.Contains(Path.Combine("run", "samples.png"), result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_say_what_was_asked_for()
    {
        using Workplace place = new();
        Gangpu.Run(place,
            "train", "--data", place.DataFile, "--preset", "mlp", "--device", "cpu", "--threads", "1", "--steps", "1",
                "--batch-size", "8", "--out", "run", "--lr", "1e-3", "--lr-d", "0.0005", "--beta1", "0.5",
                "--beta2", "0.99",
            "--epsilon", "1e-7", "--latent-dim", "12", "--latent", "uniform", "--loss", "minimax", "--leak", "0.1",
            "--init", "normal", "--init-std", "0.05", "--bias-std", "0.01", "--flip", "--seed",
                "18446744073709551615", "--quiet").Succeeded();

        JsonElement settings = JsonDocument.Parse(place.Read("run/settings.json")).RootElement;
        JsonElement options = settings.GetProperty("options"), preset = settings.GetProperty("preset");
        Assert.Equal("mlp", preset.GetProperty("name").GetString());
        Assert.Equal(12, preset.GetProperty("latent_size").GetInt32());
        Assert.Equal(0.1f, preset.GetProperty("leak").GetSingle());
        Assert.Equal("normal", preset.GetProperty("kernel_initializer").GetProperty("kind").GetString());
        Assert.Equal(0.05f, preset.GetProperty("kernel_initializer").GetProperty("scale").GetSingle());
        Assert.Equal(0.01f, preset.GetProperty("bias_initializer").GetProperty("scale").GetSingle());
        Assert.Equal(8, options.GetProperty("batch_size").GetInt32());
        Assert.Equal(ulong.MaxValue, options.GetProperty("seed").GetUInt64());
        Assert.Equal("uniform", options.GetProperty("latent").GetString());
        Assert.Equal("minimax", options.GetProperty("loss").GetString());
        Assert.True(options.GetProperty("horizontal_flip").GetBoolean());
        Assert.Equal(1e-3, options.GetProperty("generator_optimizer").GetProperty("learning_rate").GetDouble());
        Assert.Equal(5e-4, options.GetProperty("discriminator_optimizer").GetProperty("learning_rate").GetDouble());
        Assert.Equal(0.5, options.GetProperty("discriminator_optimizer").GetProperty("beta1").GetDouble());
        Assert.Equal(0.99, options.GetProperty("generator_optimizer").GetProperty("beta2").GetDouble());
        Assert.Equal(1e-7, options.GetProperty("generator_optimizer").GetProperty("epsilon").GetDouble());
        Assert.Equal(place.DataFile, settings.GetProperty("data").GetString());
        JsonElement session = Assert.Single(settings.GetProperty("sessions").EnumerateArray());
        Assert.Equal("cpu", session.GetProperty("device").GetString());
        Assert.Equal(TimeSpan.Zero, session.GetProperty("started").GetDateTimeOffset().Offset);
    }

    [Fact]
    public void Runs_without_a_name_are_numbered()
    {
        using Workplace place = new();
        string[] command = ["train", "--data", place.DataFile, "--device", "cpu", "--steps", "1", "--batch", "4"];
        Gangpu.Run(place, command).Succeeded();
        Gangpu.Run(place, command).Succeeded();
        Assert.Equal(
            ["runs/quick-images-idx3-ubyte-1", "runs/quick-images-idx3-ubyte-2"],
            place.Entries().Where(name => name.Count(c => c == '/') == 1));
    }

    [Fact]
    public void Epochs_are_passes_over_the_data()
    {
        using Workplace place = new();
        Gangpu.Run(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--epochs", "2", "--batch", "50", "--out",
            "run").Succeeded();
        JsonElement last = Metrics(place, "run")[^1];
        Assert.Equal(8, last.GetProperty("step").GetInt64());
        Assert.Equal(2, last.GetProperty("epoch").GetDouble());
    }

    [Fact]
    public void A_run_that_diverges_ends_with_5_and_keeps_the_last_good_checkpoint()
    {
        using Workplace place = new();
        string line = Gangpu.RunAlone(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "60", "--batch", "16", "--lr",
            "1e30", "--report-every", "5", "--sample-every", "10", "--out", "run").FailedWith(5);
        Assert.Contains("diverged", line, StringComparison.Ordinal);
        Assert.Equal(
            ["samples/step-000000.png"],
            place.Entries("run").Where(name => name.StartsWith("samples/", StringComparison.Ordinal)));

        // The checkpoint is that of step 0: it draws what was drawn then, and all of it is finite.
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--out", "after.png").Succeeded();
        Assert.Equal(place.Read("run/samples/step-000000.png"), place.Read("after.png"));
        // JSON has no NaN; the file is valid all the same.
        Assert.Contains(Metrics(place, "run")[^1].EnumerateObject(), figure =>
            figure.Value.ValueKind == JsonValueKind.String);
        Assert.True(File.Exists(place.At("run/loss.png")));
        string report = File.ReadAllText(place.At("run/report.html"));
        Assert.Contains("\"state\":\"Diverged\"", report, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"Training diverged", report, StringComparison.Ordinal);
    }

    private static List<JsonElement> Metrics(Workplace place, string run) =>
        [.. File.ReadLines(place.At($"{run}/metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
}
