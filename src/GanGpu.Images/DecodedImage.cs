using GanGpu.Modalities.Images;

namespace GanGpu.Images;

/// <summary>What an image was like before it was brought to size.</summary>
/// <param name="Width">Columns, held upright.</param>
/// <param name="Height">Rows.</param>
/// <param name="IsGrey">Whether it has no colour, however it is encoded.</param>
/// <param name="IsTransparent">Whether a pixel is not opaque.</param>
/// <param name="IsCropped">Whether it was cropped.</param>
internal readonly record struct DecodedImage(int Width, int Height, bool IsGrey, bool IsTransparent, bool IsCropped)
{
    /// <summary>What several images were like.</summary>
    /// <param name="images">Those that were read, at least one.</param>
    /// <param name="options">What they were brought to.</param>
    /// <param name="leftOut">Files of kinds that can't be read, by ending.</param>
    /// <param name="damaged">The names of those that could not be read.</param>
    public static ImageSourceSummary Summary(DecodedImage[] images, ImageOptions options,
        IReadOnlyDictionary<string, int> leftOut, IReadOnlyList<string> damaged)
    {
        DecodedImage smallest = images.MinBy(image => (long)image.Width * image.Height),
            largest = images.MaxBy(image => (long)image.Width * image.Height);
        return new ImageSourceSummary
        {
            Images = images.Length,
            SmallestWidth = smallest.Width,
            SmallestHeight = smallest.Height,
            LargestWidth = largest.Width,
            LargestHeight = largest.Height,
            Grey = images.Count(image => image.IsGrey),
            Transparent = images.Count(image => image.IsTransparent),
            Cropped = images.Count(image => image.IsCropped),
            Background = options.Channels == 4 ? null : options.Background,
            LeftOut = leftOut,
            Damaged = damaged,
        };
    }
}
