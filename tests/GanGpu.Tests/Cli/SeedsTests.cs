using System.Text.Json;

namespace GanGpu.Tests.Cli;

/// <summary>
/// gangpu train --seeds: runs that are the same as one by one, their mean and its error, and going on.
/// </summary>
public sealed class SeedsTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Seeds_are_trained_as_they_are_singly_and_their_figures_have_mean_and_error()
    {
        Result result = Train("0..2", 20);
        Assert.Contains(result.OutputLines, line => line.StartsWith("seeds       0, 1, 2", StringComparison.Ordinal));
        Gangpu.Run(
            place, "train", "--data", "ring", "--preset", "toy-2d", "--device", "cpu", "--threads", "1", "--steps",
            "20", "--seed", "1", "--sample-every", "1000", "--out", "single", "--quiet").Succeeded();
        Assert.Equal(place.Read("single/checkpoint.safetensors"), place.Read("many/seed-1/checkpoint.safetensors"));

        JsonElement all = JsonDocument.Parse(place.Read("many/seeds.json")).RootElement;
        double[] values = [
            .. all.GetProperty("results").EnumerateArray()
            .Select(seed => seed.GetProperty("figures").EnumerateArray().Single(
                figure => figure.GetProperty("name").GetString() == "sliced Wasserstein distance (coordinates)")
                .GetProperty("value").GetDouble())];
        Assert.Equal(3, values.Distinct().Count());
        JsonElement figure = Assert.Single(
            all.GetProperty("summary").EnumerateArray(), figure =>
            figure.GetProperty("measure").GetString()!.StartsWith("sliced Wasserstein", StringComparison.Ordinal));
        double mean = values.Average(), error = Math.Sqrt(values.Sum(value => Math.Pow(value - mean, 2)) / 2 / 3);
        Assert.Equal(mean, figure.GetProperty("mean").GetDouble(), 1e-9);
        Assert.Equal(error, figure.GetProperty("standard_error").GetDouble(), 1e-9);
        Assert.Equal(3, figure.GetProperty("seeds").GetInt32());
    }

    [Fact]
    public void The_same_command_goes_on_and_trains_nothing_twice()
    {
        Train("0", 10);
        byte[] first = place.Read("many/seed-0/settings.json");
        Train("0,5", 10);
        Assert.Equal(first, place.Read("many/seed-0/settings.json"));
        Assert.True(File.Exists(place.At("many/seed-5/checkpoint.safetensors")));
        Assert.Equal(
            2, JsonDocument.Parse(place.Read("many/seeds.json")).RootElement.GetProperty("results").GetArrayLength());

        // More steps: the same bits as in one go.
        Train("0", 25);
        Gangpu.Run(
            place, "train", "--data", "ring", "--preset", "toy-2d", "--device", "cpu", "--threads", "1", "--steps",
            "25", "--seed", "0", "--sample-every", "1000", "--out", "single", "--quiet").Succeeded();
        Assert.Equal(place.Read("single/checkpoint.safetensors"), place.Read("many/seed-0/checkpoint.safetensors"));
        Run("0", 30, "--pac", "2").FailedWith(2);
    }

    [Fact]
    public void A_seed_that_diverges_is_left_out_and_named()
    {
        Result result = Run("0,1", 200, "--lr", "1e30");
        result.FailedWith(5);
        Assert.Contains(result.OutputLines, line => line.Contains("Seed 0 diverged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("3..1")]
    [InlineData("1,1")]
    [InlineData("0..5000")]
    [InlineData("-1")]
    [InlineData("1..2..3")]
    public void Seeds_that_are_none_are_refused(string seeds) =>
        Assert.Contains(
            "--seeds", InProcess.Run(place, Words("./many", seeds, 1)).FailedWith(2), StringComparison.Ordinal);

    private Result Train(string seeds, int steps)
    {
        Result result = Run(seeds, steps);
        result.Succeeded();
        return result;
    }

    private Result Run(string seeds, int steps, params string[] more) =>
        Gangpu.Run(place, Words("many", seeds, steps, more));

    private static string[] Words(string folder, string seeds, int steps, params string[] more) =>
        ["train", "--data", "ring", "--preset", "toy-2d", "--device", "cpu", "--sample-every", "1000", "--steps",
            steps.ToString(System.Globalization.CultureInfo.InvariantCulture), "--seeds", seeds, "--out",
            folder, .. more];
}
