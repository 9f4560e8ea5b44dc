using System.Text.Json;
using GanGpu.Objectives;
using GanGpu.Runs;
using GanGpu.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace GanGpu.Tests.Reports;

public sealed class RunReportTests
{
    [Fact]
    public void A_report_holds_the_figures_as_json_that_no_text_can_leave()
    {
        using FinishedRun run =
            new("</title><script>alert(1)</script>".Replace('/', '\u2215'), "a\"b'</script><!--<script>");
        string html = RunReport.Render(run.Folder, RunState.Training, "</script>");
        JsonElement data = Data(html);
        Assert.Equal("a\"b'</script><!--<script>", data.GetProperty("settings").GetProperty("data").GetString());
        Assert.Equal("</script>", data.GetProperty("message").GetString());
        Assert.Equal(100, data.GetProperty("metrics").GetProperty("step").GetArrayLength());
        Assert.Equal(1000, data.GetProperty("best").GetProperty("step").GetInt64());
        Assert.Equal(
            64 * 500.0, data.GetProperty("samplesPerStep").GetInt64() * data.GetProperty("metrics")
            .GetProperty("rate")[0].GetDouble());
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        // Its own script, its data, and no more.
        Assert.Equal(2, html.Split("<script").Length - 1);
        Assert.Equal(2, html.Split("</script").Length - 1);
        Assert.DoesNotContain("{{", html.Replace("\\u007B", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_run_makes_no_larger_report_and_keeps_its_peaks()
    {
        using FinishedRun run = new(steps: 60_000, change: report => report.Step switch
        {
            33_330 => report.With(Metric.DiscriminatorLoss, 99),
            44_440 => report.With(Metric.GeneratorLoss, float.NaN),
            _ => report,
        });
        JsonElement data = Data(RunReport.Render(run.Folder, RunState.Done, null)),
            metrics = data.GetProperty("metrics");
        Assert.InRange(metrics.GetProperty("step").GetArrayLength(), 1000, 2001);
        Assert.Contains("99", Curve("discriminator"));
        Assert.Contains("\"NaN\"", Curve("generator"));
        long[] steps = [.. metrics.GetProperty("step").EnumerateArray().Select(step => step.GetInt64())];
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(60_000, steps[^1]);

        long[] grids =
            [.. data.GetProperty("grids").EnumerateArray().Select(grid => grid.GetProperty("step").GetInt64())];
        Assert.Equal(60, grids.Length);
        Assert.Equal((0, 60_000), (grids[0], grids[^1]));
        Assert.Equal(601 - 60, data.GetProperty("gridsLeftOut").GetInt32());

        IEnumerable<string> Curve(string name) => metrics.GetProperty("losses").EnumerateArray()
            .Single(curve => curve.GetProperty("name").GetString() == name).GetProperty("y").EnumerateArray()
            .Select(value => value.GetRawText());
    }

    [Fact]
    public void Large_grids_are_thinned_to_what_a_page_can_hold()
    {
        using FinishedRun run = new();
        IReadOnlyList<SampleGrid> all = SampleGrids.Of(run.Folder, long.MaxValue);
        Assert.Equal(11, all.Count);
        long one = all.Max(grid => new FileInfo(grid.Path).Length);
        IReadOnlyList<SampleGrid> some = SampleGrids.ThinToBytes(all, 60, 4 * one);
        Assert.InRange(some.Count, 2, 5);
        Assert.Equal((0, 1000), (some[0].Step, some[^1].Step));
        Assert.Equal(1000, Assert.Single(SampleGrids.ThinToBytes(all, 60, 1)).Step);
        Assert.Equal(6, SampleGrids.Of(run.Folder, 500).Count);
    }

    [Fact]
    public void A_run_that_has_not_begun_has_a_report()
    {
        using FinishedRun run = new(steps: 0);
        JsonElement data = Data(RunReport.Render(run.Folder, RunState.Training, null));
        Assert.Equal(0, data.GetProperty("metrics").GetProperty("step").GetArrayLength());
        Assert.Single(data.GetProperty("grids").EnumerateArray());
        Assert.False(data.TryGetProperty("quality", out _));
    }

    [Fact]
    public void A_writer_writes_at_once_then_waits_and_leaves_nothing_unfinished()
    {
        using FinishedRun run = new();
        string path = Path.Combine(run.Folder, RunReport.FileName);
        RunReportWriter writer = new(run.Folder);
        writer.Refresh();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(path), TimeSpan.FromMinutes(5)));
        string first = File.ReadAllText(path);
        Assert.Equal("Being trained", Data(first).GetProperty("state").GetString());
        writer.Refresh();
        writer.End(RunState.Stopped);
        Assert.Equal("Stopped, everything saved", Data(File.ReadAllText(path)).GetProperty("state").GetString());
        Assert.DoesNotContain(Directory.EnumerateFiles(run.Folder), name =>
            name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_that_can_not_be_written_is_tried_again_later_and_is_no_fault()
    {
        using FinishedRun run = new();
        string path = Path.Combine(run.Folder, RunReport.FileName);
        FakeTimeProvider clock = new();
        clock.Advance(TimeSpan.FromHours(1));
        RunReportWriter writer = new(run.Folder) { Clock = clock };
        // A folder in its place.
        Directory.CreateDirectory(path);
        Refresh();
        Directory.Delete(path);
        // Not at once,
        Refresh();
        Assert.False(File.Exists(path));
        // but after a pause.
        clock.Advance(TimeSpan.FromSeconds(6));
        Refresh();
        Assert.True(File.Exists(path));
        Assert.DoesNotContain(Directory.EnumerateFiles(run.Folder), name =>
            name.EndsWith(".tmp", StringComparison.Ordinal));

        void Refresh()
        {
            writer.Refresh();
            Assert.True(SpinWait.SpinUntil(() => !writer.IsWriting, TimeSpan.FromMinutes(5)));
        }
    }

    [Fact]
    public void A_folder_without_a_run_gets_no_report()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-report-");
        Assert.Throws<InvalidInputException>(() => RunReport.Write(folder.FullName, RunState.Done));
        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    private static JsonElement Data(string html)
    {
        const string Opening = "<script id=\"data\" type=\"application/json\">";
        int start = html.IndexOf(Opening, StringComparison.Ordinal) + Opening.Length;
        return JsonDocument.Parse(html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)]).RootElement;
    }
}
