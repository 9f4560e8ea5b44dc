using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>What one measure found of a generator's samples.</summary>
public abstract record Measurement
{
    private protected Measurement()
    {
    }

    /// <summary>The measure's name in JSON, such as "frechet".</summary>
    [JsonIgnore]
    public abstract string Measure { get; }

    /// <summary>Its numbers, the chief one first.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<Figure> Figures { get; }

    /// <summary>Sentences on what the numbers do not say; empty if they need none.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> Remarks => [];
}

/// <summary>What was found of two sets of samples in one space.</summary>
public abstract record FeatureMeasurement : Measurement
{
    private protected FeatureMeasurement()
    {
    }

    /// <summary>What the space is, such as "own features" or "pixels"; null if that was not said.</summary>
    public string? Space { get; init; }

    /// <summary>Real samples.</summary>
    public required int Real { get; init; }

    /// <summary>Generated samples.</summary>
    public required int Generated { get; init; }

    /// <summary>A number of this measurement.</summary>
    private protected Figure Of(
        string name, bool greaterIsBetter, double value, string format, double? error = null) =>
        new(Space is null ? name : $"{name} ({Space})", greaterIsBetter, value, format, Generated, Real, error);
}
