using GanGpu.Measures;

namespace GanGpu.Modalities.Images;

/// <summary>
/// What images are measured by: the modes of stacked ones; of others the Parzen log-likelihood, distances in the
/// features of a network, and their classes.
/// </summary>
internal static class ImageMeasures
{
    public static IReadOnlyList<IMeasure> All { get; } =
        [new StackedMeasure(), new ParzenMeasure(), .. FeatureMeasures.All, new ClassMeasure()];

    /// <summary>A classifier's features if there are labels, else pixels; none of stacked images, which have modes.</summary>
    public static SpaceKind Space(DataSet data) => data.Origin is StackedFrom ? SpaceKind.None
        : data.Labels.IsEmpty ? SpaceKind.Values : SpaceKind.Classifier;

    /// <summary>Images with labels; of stacked ones those that they were stacked from.</summary>
    public static DataSet? Classified(DataSet data) => data.Origin is StackedFrom stacked ? stacked.Grey
        : data.Labels.IsEmpty ? null : data;
}
