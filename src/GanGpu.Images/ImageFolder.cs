
namespace GanGpu.Images;

/// <summary>A folder of images as a data set.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class ImageFolder
{
    /// <summary>
    /// Opens all images (PNG, JPEG, WebP, BMP, GIF) of a folder and its sub-folders, without hidden folders, thumbnails
    /// and what systems keep there. If every image lies in a sub-folder, the sub-folders are the classes, at most 256,
    /// numbered from 0 in natural order (class2 before class10). Of folders named train, val and test, train is taken.
    /// Folders that only divide files (00000, 00001, …) are no classes; StyleGAN's dataset.json, where it lies beside
    /// them, has the classes.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">The size that the images are brought to; 28x28 grey where it is null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The folder is empty or blank.</exception>
    /// <exception cref="InvalidInputException">It is missing, holds no image, or one that can't be read, or the size is out
    /// of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataSet Open(string folder, ImageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new ImageOptions();
        options.Validate();
        using FolderSource source = new(folder);
        return ImageDecoding.Open(source, options, ImageDecoding.CacheFor(source), cancellationToken);
    }
}
