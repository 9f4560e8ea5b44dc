using GanGpu.Measures;

namespace GanGpu.Modalities.Points;

/// <summary>What points are measured by: their mixture's modes, and distances between the points themselves.</summary>
internal static class PointMeasures
{
    public static IReadOnlyList<IMeasure> All { get; } = [new MixtureMeasure(), .. FeatureMeasures.All];
}
