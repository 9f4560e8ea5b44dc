using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Objectives;
using GanGpu.Training;

namespace GanGpu.Runs;

/// <summary>
/// A run's figures in a file of JSON lines, one for each report, flushed as it is written, so that what was reported
/// outlives the process. A figure that is no finite number is the text "NaN", "Infinity" or "-Infinity", for JSON has
/// no such numbers.
/// </summary>
internal sealed class RunMetrics : IDisposable
{
    private readonly FileStream file;

    private RunMetrics(FileStream file) => this.file = file;

    /// <summary>A new file; it is an error if it is there.</summary>
    public static RunMetrics Create(string path) => new(Open(path, FileMode.CreateNew));

    /// <summary>
    /// Goes on with a file, cut back to what was reported up to a step: what came after the checkpoint is trained once
    /// more, and the last line may be half of one where the process was killed.
    /// </summary>
    public static RunMetrics Resume(string path, long step)
    {
        RunMetrics metrics = new(Open(path, FileMode.OpenOrCreate));
        try
        {
            metrics.CutBack(step);
            return metrics;
        }
        catch
        {
            metrics.Dispose();
            throw;
        }
    }

    /// <summary>Takes away what was reported after a step.</summary>
    public void CutBack(long step)
    {
        file.Seek(0, SeekOrigin.Begin);
        file.SetLength(LengthUpTo(file, step));
        file.Seek(0, SeekOrigin.End);
    }

    /// <summary>The lines of a file, as far as they are whole.</summary>
    public static IReadOnlyList<TrainingReport> Read(string path)
    {
        List<TrainingReport> reports = [];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        while (reader.ReadLine() is { } line && Parse(line) is { } report)
            reports.Add(report);
        return reports;
    }

    /// <summary>A report as a line of the file.</summary>
    public static string ToJson(TrainingReport report) =>
        JsonSerializer.Serialize(Line.Of(report), RunJson.Figures.Line);

    public void Append(TrainingReport report)
    {
        file.Write(Encoding.UTF8.GetBytes(ToJson(report) + "\n"));
        file.Flush();
    }

    public void Dispose() => file.Dispose();

    // Whoever wants to may read the file while it grows.
    private static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.Read);

    private static long LengthUpTo(FileStream file, long step)
    {
        using StreamReader reader =
            new(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: -1, leaveOpen: true);
        string[] lines = reader.ReadToEnd().Split('\n');
        long length = 0;
        // What follows the last line feed is no whole line.
        foreach (string line in lines.SkipLast(1))
        {
            if (Parse(line) is not { } report || report.Step > step)
                break;
            length += Encoding.UTF8.GetByteCount(line) + 1;
        }

        return length;
    }

    private static TrainingReport? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RunJson.Figures.Line)?.ToReport();
        }
        catch (Exception e)
            when (e is JsonException or OverflowException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The names in the file; they are read by other programs, so they stay. Losses and accuracies stand beside these,
    /// by the names of <see cref="Metric"/>.
    /// </summary>
    internal sealed record Line(
        long Step, double Epoch, double StepsPerSecond, double ElapsedSeconds,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Diagnosis? Diagnosis = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? RolledBackFrom = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? QualityMeasure = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Quality = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ClassShares? Classes = null)
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Metrics { get; set; }

        public static Line Of(TrainingReport report) => new(
            report.Step, report.Epoch, report.StepsPerSecond, report.Elapsed.TotalSeconds,
            report.Diagnosis is GanGpu.Diagnosis.Healthy ? null : report.Diagnosis, report.RolledBackFrom,
            report.Quality?.Measure, report.Quality?.Figure, report.Shares)
        {
            Metrics = report.Metrics.ToDictionary(
                metric => metric.Key,
                metric => JsonSerializer.SerializeToElement(metric.Value, RunJson.Figures.Single)),
        };

        public TrainingReport ToReport() => new(
            Step, Epoch, new TrainingMetrics(Metric.All.Where(metric => Metrics?.ContainsKey(metric.Name) == true)
                .Select(metric =>
                    new ReportedMetric(metric, Metrics![metric.Name].Deserialize(RunJson.Figures.Single)))),
            StepsPerSecond, TimeSpan.FromSeconds(ElapsedSeconds), Remaining: TimeSpan.Zero)
        {
            Diagnosis = Diagnosis,
            RolledBackFrom = RolledBackFrom,
            Quality = QualityMeasure is not null && Quality is { } figure
                ? new QualityReport(QualityMeasure, figure) : null,
            Shares = Classes is { IsSound: true } ? Classes : null,
        };
    }
}
