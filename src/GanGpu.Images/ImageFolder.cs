using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>A folder of images as a data set.</summary>
public static class ImageFolder
{
    /// <summary>
    /// Opens all images (PNG, JPEG, WebP, BMP, GIF) of a folder and its sub-folders. If every image lies in a sub-folder, the
    /// sub-folders are the classes, numbered from 0 in ordinal order.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">The size that the images are brought to; 28x28 grey where it is null.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DataFormatException">It is missing, holds no image, or one that can't be read.</exception>
    /// <exception cref="InvalidInputException">The size is out of range.</exception>
    public static DataSet Open(string folder, ImageOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new ImageOptions();
        options.Validate();
        using FolderSource source = new(folder);
        return ImageDecoding.Open(source, options, ImageDecoding.CacheFor(source), cancellation);
    }
}
