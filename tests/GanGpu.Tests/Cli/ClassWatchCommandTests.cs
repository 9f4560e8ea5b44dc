using System.Text.Json;
using System.Text.RegularExpressions;

namespace GanGpu.Tests.Cli;

public sealed class ClassWatchCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Train_info_report_and_evaluate_say_which_classes_are_drawn()
    {
        string[] lines = Gangpu.Run(
            place, "train", "--device", "cpu", "--steps", "200", "--report-every", "10", "--out", "run").Succeeded()
            .OutputLines;
        Assert.Contains(
            lines, line =>
            Regex.IsMatch(
                line, @"^Classes: \d+ of 10 classes, reverse KL \d\.\d{4} nats, \d+\.\d % of samples clear \(500 generated samples\)"));
        JsonElement last = JsonDocument.Parse(File.ReadLines(place.At("run/metrics.jsonl")).Last())
            .RootElement.GetProperty("classes");
        Assert.Equal((500, 10), (last.GetProperty("samples").GetInt32(), last.GetProperty("shares").GetArrayLength()));
        Assert.Contains(Gangpu.Run(place, "info", "run").Succeeded().OutputLines, line =>
            Regex.IsMatch(line, @"^drawn       \d+ of 10 classes"));
        Assert.Contains(
            "\"classes\":{\"at\":200,", File.ReadAllText(place.At("run/report.html")), StringComparison.Ordinal);

        lines = Gangpu.Run(place, "evaluate", "run", "--device", "cpu", "--samples", "500").Succeeded().OutputLines;
        Assert.Contains(lines, line => line.Contains("classes covered of 10", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("reverse KL of classes, nats", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("clear samples, %", StringComparison.Ordinal));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ *9 +\d+\.\d +10\.0"));
    }

    [Fact]
    public void A_class_that_the_generator_drops_is_named_while_it_is_trained()
    {
        // Hardly trained, and not told classes: its first samples are all taken for few of them.
        string[] lines = Gangpu.Run(
            place, "train", "--preset", "mlp", "--device", "cpu", "--steps", "60", "--report-every", "2",
            "--sample-every", "60", "--out", "run").Succeeded().OutputLines;
        Assert.Contains(lines, line => Regex.IsMatch(line, "^step 60: .*(missing|fade)"));
        Assert.Contains(
            "class-missing", File.ReadLines(place.At("run/metrics.jsonl")).Last(), StringComparison.Ordinal);
        Assert.Contains("Classes missing", File.ReadAllText(place.At("run/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_by_classes_is_kept()
    {
        Gangpu.Run(
            place, "train", "--device", "cpu", "--steps", "40", "--sample-every", "20", "--best", "classes", "--out",
            "run").Succeeded();
        Assert.Contains(
            "\"quality_measure\":\"classes\"", File.ReadAllText(place.At("run/metrics.jsonl")),
            StringComparison.Ordinal);
        Assert.Contains(
            "no classes to learn",
            Gangpu.Run(place, "train", "--data", "ring", "--device", "cpu", "--steps", "1", "--best", "classes")
            .FailedWith(2), StringComparison.Ordinal);
    }
}
