using System.Globalization;
using GanGpu.Objectives;
using Spectre.Console;

namespace GanGpu.Cli.Views;

/// <summary>A display that is redrawn in place; what comes before and after it is as plain as elsewhere.</summary>
internal sealed class LiveView : PlainView
{
    private const int LongestBar = 60;

    public override Task ShowAsync(Func<Action<TrainingReport>, Task> training)
    {
        HealthRemark health = new();
        string remark = "";
        return AnsiConsole.Live(new Markup("[grey]preparing the first steps[/]")).StartAsync(live => training(report =>
        {
            remark = health.Of(report) ?? remark;
            live.UpdateTarget(remark.Length == 0 ? Picture(report)
                : new Rows(Picture(report), new Markup($"[yellow]{Markup.Escape(remark)}[/]")));
        }));
    }

    private static Rows Picture(TrainingReport report)
    {
        double done = report.Elapsed / (report.Elapsed + report.Remaining);
        ReportedMetric[] metrics = [.. report.Reported.Where(metric => metric.Metric.Kind != MetricKind.GradientNorm)];
        Grid figures = new Grid().AddColumns(Math.Max(5, metrics.Length)).AddRow(
            Figure("epoch", $"{report.Epoch:F2}"),
            Figure("step", $"{report.Step}"),
            Figure("steps/s", $"{report.StepsPerSecond:F0}"),
            Figure("left", $"{report.Remaining:hh\\:mm\\:ss}"),
            Figure("", $"{done:P0}")).AddRow(
            [.. metrics.Select(metric => metric.Metric.Kind == MetricKind.Accuracy
                ? Figure(metric.Metric.Label, $"{metric.Value:P0}") : Figure(metric.Metric.Label, $"{metric.Value:F4}"))]);
        return new Rows(Bar(done), figures);
    }

    private static Markup Bar(double done)
    {
        int length = Math.Clamp(AnsiConsole.Profile.Width - 2, 1, LongestBar);
        int filled = (int)Math.Round(done * length);
        char mark = AnsiConsole.Profile.Capabilities.Unicode ? '━' : '=';
        char rest = AnsiConsole.Profile.Capabilities.Unicode ? '━' : '-';
        return new Markup($"[green]{new string(mark, filled)}[/][grey]{new string(rest, length - filled)}[/]");
    }

    private static Markup Figure(string name, FormattableString value) =>
        new($"[grey]{name}[/] {Markup.Escape(value.ToString(CultureInfo.InvariantCulture))}");
}
