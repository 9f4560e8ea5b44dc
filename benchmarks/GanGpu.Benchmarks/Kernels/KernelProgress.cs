using BenchmarkDotNet.EventProcessors;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>A line for each kernel that was timed, on the error stream.</summary>
internal sealed class KernelProgress(int count) : EventProcessor
{
    private int done;

    public override void OnEndRunBenchmark(BenchmarkCase benchmarkCase, BenchmarkReport report)
    {
        string time = report.ResultStatistics is { } statistics
            ? FormattableString.Invariant($"{statistics.Median / 1000:F2} µs") : "failed";
        Console.Error.WriteLine(
            $"{++done}/{count} {benchmarkCase.Parameters.Items[0].Value}, " +
            $"{benchmarkCase.Descriptor.WorkloadMethod.Name}: {time}");
    }
}
