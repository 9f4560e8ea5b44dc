namespace GanGpu.Tests.Cli;

/// <summary>The report of a run that is being trained.</summary>
public class RunReportTests
{
    [Fact]
    public void A_report_is_there_while_the_run_is_trained_and_says_how_it_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using Workplace place = new();
        string path = place.At("run/report.html"), during = "";
        Result result = Gangpu.Interrupt(
            place,
            "TERM",
            () =>
            {
                Assert.True(SpinWait.SpinUntil(() => File.Exists(path), TimeSpan.FromMinutes(5)));
                during = File.ReadAllText(path);
            },
            "train", "--data", place.DataFile, "--device", "cpu", "--steps", "10000000", "--batch", "16",
            "--report-every", "5", "--out", "run");
        Assert.True(result.ExitCode == 143, result.Errors);
        Assert.Contains("\"state\":\"Being trained\"", during, StringComparison.Ordinal);
        Assert.EndsWith("</html>", during.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("\"state\":\"Stopped, everything saved\"", File.ReadAllText(path), StringComparison.Ordinal);
    }
}
