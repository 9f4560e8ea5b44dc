using GanGpu.Data;
using Spectre.Console;

namespace GanGpu.Cli.Views;

/// <summary>
/// A download's progress: a bar for each file on a terminal, a line for each quarter of a file elsewhere.
/// </summary>
internal static class FetchView
{
    public static async Task<string> ShowAsync(bool quiet, Func<IProgress<FetchProgress>?, Task<string>> fetch)
    {
        if (quiet)
            return await fetch(null).ConfigureAwait(false);
        if (!Terminal.IsLive)
            return await fetch(new Lines()).ConfigureAwait(false);
        string folder = "";
        await AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async bars => folder = await fetch(new Bars(bars)).ConfigureAwait(false)).ConfigureAwait(false);
        return folder;
    }

    /// <summary>Not <see cref="Progress{T}"/>, whose reports come on other threads and after the end.</summary>
    private sealed class Lines : IProgress<FetchProgress>
    {
        private string file = "";
        private long quarter;

        public void Report(FetchProgress value)
        {
            if (value.Remark is { } remark)
                Console.WriteLine($"{value.File}: {remark}");
            if (value.File != file)
                (file, quarter) = (value.File, 0);
            if (4 * value.Received / value.Length is var reached && reached > quarter)
            {
                quarter = reached;
                Console.WriteLine(
                    FormattableString.Invariant($"{file}: {value.Received / 1e6:0.0} of {value.Length / 1e6:0.0} MB"));
            }
        }
    }

    private sealed class Bars(ProgressContext bars) : IProgress<FetchProgress>
    {
        private readonly Dictionary<string, ProgressTask> tasks = [];

        public void Report(FetchProgress value)
        {
            if (!tasks.TryGetValue(value.File, out ProgressTask? task))
                tasks[value.File] = task = bars.AddTask(Markup.Escape(value.File), maxValue: value.Length);
            task.Value = value.Received;
            if (value.Remark is { } remark)
                AnsiConsole.MarkupLine($"[yellow]{Markup.Escape(value.File)}: {Markup.Escape(remark)}[/]");
        }
    }
}
