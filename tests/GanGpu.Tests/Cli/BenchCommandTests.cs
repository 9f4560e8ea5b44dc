using System.Globalization;
using System.Text.Json;
using GanGpu.Benchmarking;

namespace GanGpu.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Json_holds_the_machine_and_every_figure()
    {
        using JsonDocument document = JsonDocument.Parse(
            Gangpu.Run(place, "bench", "--device", "cpu", "--batch", "1,64", "--json").Succeeded().Output);
        JsonElement root = document.RootElement;
        Assert.NotEqual("", root.GetProperty("machine").GetProperty("processor").GetString());
        Assert.NotEqual("", root.GetProperty("version").GetString());
        DateTime date = DateTime.ParseExact(
            root.GetProperty("date").GetString()!, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
        Assert.InRange(date, DateTime.UtcNow.AddHours(-1), DateTime.UtcNow.AddSeconds(1));

        JsonElement cpu = Assert.Single(root.GetProperty("devices").EnumerateArray());
        Assert.Equal("cpu", cpu.GetProperty("device").GetString());
        Assert.True(cpu.GetProperty("peak_gigaflops_per_second").GetDouble() > 0);
        Assert.Equal(
            DeviceBenchmark.Shapes(DeviceKind.Cpu).Select(shape => shape.ToString()),
            cpu.GetProperty("gemm").EnumerateArray().Select(gemm => gemm.GetProperty("shape").GetString()));
        Assert.Equal("mlp", root.GetProperty("preset").GetString());
        Assert.Equal(
            [1, 64], cpu.GetProperty("step").EnumerateArray().Select(step => step.GetProperty("batch").GetInt32()));
        foreach (
            JsonProperty figure in cpu.GetProperty("gemm").EnumerateArray()
            .Concat(cpu.GetProperty("step").EnumerateArray()).SelectMany(line => line.EnumerateObject()))
            Assert.True(figure.Name == "shape" || figure.Value.GetDouble() > 0, figure.ToString());
        Assert.Empty(place.Entries());

        // The article's step has 312 million operations.
        double milliseconds = cpu.GetProperty("step")[1].GetProperty("milliseconds_at_peak").GetDouble();
        Assert.Equal(312.3e6, milliseconds * cpu.GetProperty("peak_gigaflops_per_second").GetDouble() * 1e6, 0.1e6);
    }

    [Fact]
    public void A_table_names_each_shape_and_batch_and_the_preset()
    {
        Result result = Gangpu.Run(place, "bench", "--device", "cpu", "--device", "cpu", "--preset", "dcgan", "--batch",
            "2").Succeeded();
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.StartsWith(
            "cpu: ", Assert.Single(result.OutputLines, line => line.StartsWith("cpu", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        foreach (string shape in DeviceBenchmark.Shapes(DeviceKind.Cpu).Select(shape => shape.ToString()))
            Assert.Matches(
                @"^  \S+ [NT]{2} +[\d.]+ +[\d.]+ +\d+%$",
                Assert.Single(result.OutputLines, line => line.Contains(shape, StringComparison.Ordinal)));
        Assert.Matches(@"(?m)^  dcgan at batch +ms", result.Output);
        Assert.Matches(@"(?m)^  2( +[\d.]+){4}$", result.Output);
    }

    [Theory]
    [InlineData("--batch-size is empty", "--batch-size", "")]
    [InlineData("64,1e3", "--batch-size", "64,1e3")]
    [InlineData("1,,2", "--batch", "1,,2")]
    [InlineData("not '0'", "--batch", "0")]
    [InlineData("not '-1'", "--batch", "-1")]
    [InlineData("A batch of 20001 is larger than the data set", "--device", "cpu", "--batch", "1,20001")]
    [InlineData("no device named \"gpu\"", "--device", "cpu", "--device", "gpu")]
    [InlineData("--threads must be a whole number from 0 on, not -1", "--threads", "-1")]
    [InlineData("dcgn", "--preset", "dcgn")]
    public void Bad_input_is_refused(string named, params string[] arguments)
    {
        string line = InProcess.Run(place, ["bench", .. arguments]).FailedWith(2);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }
}
