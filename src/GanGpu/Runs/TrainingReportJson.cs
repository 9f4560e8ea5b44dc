namespace GanGpu.Runs;

/// <summary>Reports in the form that a run's figures have.</summary>
internal static class TrainingReportJson
{
    /// <summary>
    /// One line of JSON, as a run's metrics.jsonl has it; figures that are no finite number are the texts "NaN",
    /// "Infinity", "-Infinity".
    /// </summary>
    public static string ToJson(this TrainingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return RunMetrics.ToJson(report);
    }
}
