using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>A zip or tar archive of images as a data set.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class ImageArchive
{
    /// <summary>
    /// Opens all images (PNG, JPEG, WebP, BMP, GIF) of a zip archive, or of a tar archive (gzipped or not), without
    /// unpacking it to the disk. What the folders in it mean is as <see cref="ImageFolder.Open"/> says, apart from one
    /// that may lie around everything.
    /// </summary>
    /// <param name="path">The archive.</param>
    /// <param name="options">The size that the images are brought to; 28x28 grey where it is null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The path is empty or blank.</exception>
    /// <exception cref="InvalidInputException">It is no such archive, holds no image, one that can't be read, or what no
    /// archive of images has: names that lead out of it, links, encrypted images, or more than 2,000,000
    /// files; or the size is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataSet Open(string path, ImageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new ImageOptions();
        options.Validate();
        using IImageSource source = FileKind.Of(path).Format == FileFormat.Tar ? new TarSource(path)
            : new ZipSource(path);
        return ImageDecoding.Open(source, options, ImageDecoding.CacheFor(source), cancellationToken);
    }
}
