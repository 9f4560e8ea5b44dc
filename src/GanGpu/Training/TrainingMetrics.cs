using System.Collections;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>The metrics of a report by name, in the order in which they are shown; equal by content.</summary>
internal sealed class TrainingMetrics : IReadOnlyDictionary<string, float>, IEquatable<TrainingMetrics>
{
    private readonly OrderedDictionary<string, float> values = [];

    public TrainingMetrics(IEnumerable<ReportedMetric> metrics)
    {
        foreach (ReportedMetric metric in metrics)
            values.Add(metric.Metric.Name, (float)metric.Value);
    }

    /// <summary>Some metrics, and others beside them.</summary>
    public TrainingMetrics(IReadOnlyDictionary<string, float> some, IReadOnlyDictionary<string, float> others)
    {
        foreach ((string name, float value) in some.Concat(others))
            values[name] = value;
    }

    public int Count => values.Count;

    public IEnumerable<string> Keys => values.Keys;

    public IEnumerable<float> Values => values.Values;

    public float this[string key] => values[key];

    public bool ContainsKey(string key) => values.ContainsKey(key);

    public bool TryGetValue(string key, out float value) => values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, float>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(TrainingMetrics? other) => other is not null && values.SequenceEqual(other.values);

    public override bool Equals(object? obj) => Equals(obj as TrainingMetrics);

    public override int GetHashCode() => values.Count == 0 ? 0 : values.First().GetHashCode();
}
