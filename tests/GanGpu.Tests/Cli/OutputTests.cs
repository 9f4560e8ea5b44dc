using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GanGpu.Tests.Cli;

public partial class OutputTests
{
    [Theory]
    [InlineData("de_DE.UTF-8")]
    [InlineData("tr_TR.UTF-8")]
    public void The_language_of_the_machine_changes_nothing(string language)
    {
        using Workplace place = new();
        Dictionary<string, string> environment = new() { ["LANG"] = language, ["LC_ALL"] = language };
        string[] command = [
            "train", "--data", place.DataFile, "--device", "cpu", "--steps", "20", "--batch", "16", "--sample-every",
            "20", "--lr", "0.0003", "--init-std", "0.03", "--init", "normal", "--out", "run"];
        Result result = Gangpu.RunAlone(place, environment, command).Succeeded();
        Assert.DoesNotMatch(DecimalComma(), result.Output);
        Assert.DoesNotMatch(DecimalComma(), File.ReadAllText(place.At("run/metrics.jsonl")));
        Assert.Contains(
            "\"learning_rate\": 0.0003", File.ReadAllText(place.At("run/settings.json")), StringComparison.Ordinal);
    }

    /// <summary>
    /// The program knows no culture but the invariant one, which is why the other test passes; here the code is in one
    /// that writes numbers otherwise, as a program that uses the library may be.
    /// </summary>
    [Fact]
    public void A_culture_with_other_signs_in_its_numbers_changes_nothing()
    {
        using Workplace place = new();
        CultureInfo before = CultureInfo.CurrentCulture, other = (CultureInfo)before.Clone();
        other.NumberFormat.NumberDecimalSeparator = other.NumberFormat.PercentDecimalSeparator = ",";
        other.NumberFormat.NumberGroupSeparator = other.NumberFormat.PercentGroupSeparator = ".";
        other.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.Equal("~0,5", (-0.5).ToString(CultureInfo.CurrentCulture));
            foreach (string[] command in new string[][]
            {
                ["train", "--data", place.DataFile, "--device", "cpu", "--steps", "20", "--batch", "16",
                    "--sample-every", "20", "--lr", "0.0003", "--best", "sw", "--out", "./run"],
                ["info", "./run"], ["evaluate", "./run", "--device", "cpu", "--samples", "50"],
                ["data", "inspect", place.DataFile], ["explain", "--device", "cpu", "--batch", "8"],
                ["train", "--data", place.DataFile, "--device", "cpu", "--dry-run", "--out", "./other"],
            })
            {
                string output = InProcess.Run(place, command).Succeeded().Output;
                Assert.Matches(DecimalPoint(), output);
                Assert.DoesNotMatch(DecimalComma(), output);
                Assert.DoesNotContain('~', output);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        string metrics = File.ReadAllText(place.At("run/metrics.jsonl"));
        Assert.DoesNotMatch(DecimalComma(), metrics);
        Assert.DoesNotContain('~', metrics);
        Assert.Contains(
            "\"learning_rate\": 0.0003", File.ReadAllText(place.At("run/settings.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Redirected_output_is_plain_lines()
    {
        using Workplace place = new();
        Dictionary<string, string> environment = new() { ["TERM"] = "xterm-256color" };
        Result result = Gangpu.RunAlone(
            place, environment, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "20", "--batch", "16",
            "--sample-every", "20", "--out", "run").Succeeded();
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Contains(result.OutputLines, line => line.StartsWith("step 20, epoch ", StringComparison.Ordinal));
    }

    [Fact]
    public void Devices_are_told_to_other_programs()
    {
        using Workplace place = new();
        JsonElement[] devices = [
            .. JsonDocument.Parse(Gangpu.Run(place, "devices", "--json").Succeeded().Output)
            .RootElement.EnumerateArray()];
        JsonElement cpu = devices.Single(device => device.GetProperty("name").GetString() == "cpu");
        Assert.True(cpu.GetProperty("usable").GetBoolean());
        Assert.All(
            devices, device =>
            Assert.Equal(
                device.GetProperty("usable").GetBoolean(), device.GetProperty("reason").ValueKind
                == JsonValueKind.Null));
    }

    [Fact]
    public void Quiet_is_quiet()
    {
        using Workplace place = new();
        Assert.Equal(
            "", Gangpu.Run(
                place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "1", "--batch", "16", "--out",
                "run", "--quiet").Succeeded().Output);
    }

    [Theory]
    [InlineData("dumb", "")]
    [InlineData("xterm-256color", "")]
    [InlineData("xterm-256color", "1")]
    public void A_terminal_gets_what_it_can_show(string term, string noColor)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script(1) to make a terminal with.");
        using Workplace place = new();
        Dictionary<string, string> environment = new() { ["TERM"] = term };
        if (noColor.Length > 0)
            environment["NO_COLOR"] = noColor;
        string train = string.Join(
            ' ', Gangpu.CommandLine(
                "train", "--data", place.DataFile, "--device", "cpu", "--steps", "20", "--batch", "16",
                "--report-every", "5", "--sample-every", "20", "--out", "run"));
        using Process process = Gangpu.Start(place, environment, ["script", "-qec", train, "/dev/null"], direct: true);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("steps per second", output, StringComparison.Ordinal);
        Assert.Equal(term != "dumb", output.Contains('\u001b', StringComparison.Ordinal));
        Assert.Equal(term != "dumb" && noColor.Length == 0, Color().IsMatch(output));
    }

    [Fact]
    public void Devices_lists_the_processor_and_says_what_the_opt_in_does()
    {
        using Workplace place = new();
        Result result = Gangpu.Run(place, "devices").Succeeded();
        Assert.Contains(result.OutputLines, line => line.StartsWith("cpu ", StringComparison.Ordinal));
        Assert.Contains("--opencl-assume-generic-address-space", result.Output, StringComparison.Ordinal);
        // Those that can be used come first.
        int lastUsable = Array.FindLastIndex(
            result.OutputLines, line => !line.Contains("can't be used", StringComparison.Ordinal)
            && !line.StartsWith("--", StringComparison.Ordinal));
        int firstUnusable =
            Array.FindIndex(result.OutputLines, line => line.Contains("can't be used", StringComparison.Ordinal));
        Assert.True(firstUnusable < 0 || lastUsable < firstUnusable, result.Output);
    }

    [Theory]
    [InlineData("gangpu train")]
    [InlineData("--lr-d", "train")]
    [InlineData("[default: the preset's]", "train")]
    [InlineData("--count 10000", "sample")]
    [InlineData("gangpu devices", "devices")]
    public void Help_has_defaults_and_examples(string expected, params string[] command)
    {
        using Workplace place = new();
        Assert.Contains(
            expected, InProcess.Run(place, [.. command, "--help"]).Succeeded().Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\d\.\d")]
    private static partial Regex DecimalPoint();

    [GeneratedRegex(@"\d,\d")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"\u001b\[[0-9;]*(3[0-7]|38;)[0-9;]*m")]
    private static partial Regex Color();
}
