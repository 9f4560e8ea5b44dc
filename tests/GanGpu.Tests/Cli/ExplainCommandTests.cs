using System.Text.Json;

namespace GanGpu.Tests.Cli;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Json_holds_every_launch_of_the_article_s_step()
    {
        using JsonDocument document = JsonDocument.Parse(
            Gangpu.Run(place, "explain", "--device", "cpu", "--batch-size", "64", "--measure", "--json")
            .Succeeded().Output);
        JsonElement root = document.RootElement;
        JsonElement[] launches = [.. root.GetProperty("launches").EnumerateArray()];
        Assert.Equal(
            [11, 13], launches.GroupBy(launch => launch.GetProperty("network").GetString())
            .Select(group => group.Count()));
        Assert.Equal(312_279_040, launches.Sum(launch => launch.GetProperty("flops").GetInt64()));
        Assert.Equal(312_279_040, root.GetProperty("flops").GetInt64());
        Assert.All(launches, launch => Assert.True(
            launch.GetProperty("bytes").GetInt64() > 0 && launch.GetProperty("least_microseconds").GetDouble() > 0
                && launch.GetProperty("microseconds").GetDouble() > 0, launch.ToString()));
        foreach (string limit in new[] { "gigaflops_per_second", "gigabytes_per_second", "launch_gap_microseconds" })
            Assert.True(root.GetProperty(limit).GetDouble() > 0, limit);
        // 227 thousand and 234 thousand parameters, each with its gradient and two moments.
        Assert.InRange(root.GetProperty("weight_bytes").GetInt64(), 16 * 460_000, 16 * 490_000);
    }

    [Fact]
    public void A_table_names_what_is_fused_and_times_only_what_was_asked_for()
    {
        Result result = InProcess.Run(place, "explain", "--device", "cpu", "--batch", "8").Succeeded();
        Assert.Matches(@"(?m)^  5 +D  MatMul +8x784x256 NN +bias, Tanh +3\.2 +[\d.]+ +[\d.]+$", result.Output);
        Assert.Matches(@"(?m)^  24 +G  Adam ", result.Output);
        Assert.Contains("Launches: 11 for the discriminator, 13 for the generator.", result.OutputLines);
        Assert.DoesNotContain("least/us", result.Output, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Theory]
    [InlineData("dcgam", "--device", "cpu", "--preset", "dcgam")]
    [InlineData("--batch-size must be a whole number from 1 on, not 0", "--device", "cpu", "--batch", "0")]
    [InlineData("A batch of 20001 is larger than the data set", "--device", "cpu", "--batch", "20001")]
    [InlineData("no device named \"gpu\"", "--device", "gpu")]
    public void Bad_input_is_refused(string named, params string[] arguments)
    {
        string line = InProcess.Run(place, ["explain", .. arguments]).FailedWith(2);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }
}
