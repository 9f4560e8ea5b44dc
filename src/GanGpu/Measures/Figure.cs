using System.Globalization;
using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>A number that a measurement found, with what a reader has to know of it.</summary>
/// <param name="Name">What was measured, in what unit and in what space.</param>
/// <param name="GreaterIsBetter">Which way is better.</param>
/// <param name="Value">The number; null if it can't be had of these samples.</param>
/// <param name="Format">The .NET format by which it is written, such as "F1".</param>
/// <param name="Generated">Generated samples that were used.</param>
/// <param name="Real">Real samples that were used; null if none were.</param>
/// <param name="Error">Its standard error; null if it has none.</param>
public sealed record Figure(
    string Name, bool GreaterIsBetter, double? Value, [property: JsonIgnore] string Format, int Generated, int? Real = null,
    double? Error = null)
{
    /// <summary>Such as "recall (own features): 0.812 (2500 generated, 2500 real samples)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name}: {Value?.ToString(Format, CultureInfo.InvariantCulture) ?? "none"}" +
        $"{(Error is { } error ? $" ± {error.ToString("G2", CultureInfo.InvariantCulture)}" : "")} ({Generated} " +
        $"generated{(Real is { } real ? $", {real} real" : "")} samples)");
}
