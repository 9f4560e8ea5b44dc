using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>A zip archive of images as a data set.</summary>
public static class ImageArchive
{
    /// <summary>
    /// Opens all images (PNG, JPEG, WebP, BMP, GIF) of a zip archive, without unpacking it to the disk. If every image lies in a
    /// folder, apart from one that may lie around everything, the folders are the classes, numbered from 0 in ordinal order.
    /// </summary>
    /// <param name="path">The archive.</param>
    /// <param name="options">The size that the images are brought to; 28x28 grey where it is null.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DataFormatException">It is no zip archive, holds no image, one that can't be read, or what no archive of images has: names that lead out of it, links, encrypted images, or more than 2,000,000 files.</exception>
    /// <exception cref="InvalidInputException">The size is out of range.</exception>
    public static DataSet Open(string path, ImageOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new ImageOptions();
        options.Validate();
        using ZipSource source = new(path);
        return ImageDecoding.Open(source, options, ImageDecoding.CacheFor(source), cancellation);
    }
}
