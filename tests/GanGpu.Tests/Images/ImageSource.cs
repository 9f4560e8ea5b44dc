using GanGpu.Modalities.Images;

namespace GanGpu.Tests.Images;

/// <summary>What the image files of a data set were like.</summary>
internal static class ImageSource
{
    public static ImageSourceSummary Source(this DataSet data) => Assert.IsType<ImageSourceSummary>(data.Origin);
}
