using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace GanGpu.Benchmarks.Kernels;

/// <summary><c>kernels</c>: <see cref="KernelBenchmark"/> from the command line.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        Option<string> filter = new("--filter")
        {
            Description = "Parts of the names of the kernels to time; all of them unless told.",
            DefaultValueFactory = _ => "",
        };
        Option<int> threads = new("--threads") { Description = "Threads of both.", DefaultValueFactory = _ => 1 };
        Command command = new(
            "kernels", "Times every kernel next to TorchSharp's same operation, by BenchmarkDotNet.") {
            filter, threads };
        command.SetAction(parsed =>
        {
            KernelBenchmark.Filter = Report.Split(parsed.GetValue(filter)!);
            KernelBenchmark.Threads = parsed.GetValue(threads);
            return Run();
        });
        return command;
    }

    private static int Run()
    {
        if (!KernelBenchmark.Names.Any())
        {
            Console.Error.WriteLine(
                $"No kernel's name contains '{string.Join("' or '", KernelBenchmark.Filter)}'. Without --filter all " +
                "are timed.");
            return 1;
        }

        Report.Header();
        // In this process, because another one would have to be built, with libtorch beside it.
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(60));
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddColumn(
                TargetMethodColumn.Method, StatisticColumn.Mean, StatisticColumn.StdDev, StatisticColumn.Median,
                BaselineRatioColumn.RatioMean)
            .AddColumnProvider(DefaultColumnProviders.Params)
            .AddLogger(NullLogger.Instance)
            .AddEventProcessor(new KernelProgress(2 * KernelBenchmark.Names.Count()))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60))
            .WithOptions(ConfigOptions.DisableLogFile);
        Summary summary = BenchmarkRunner.Run<KernelBenchmark>(config);
        MarkdownExporter.Console.ExportToLog(summary, ConsoleLogger.Default);
        foreach (ValidationError error in summary.ValidationErrors)
            Console.Error.WriteLine(error.Message);
        return !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success) ? 0 : 1;
    }
}
