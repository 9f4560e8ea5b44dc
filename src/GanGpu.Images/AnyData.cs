
namespace GanGpu.Images;

/// <summary>Data sets of every kind: those that the core opens, and folders and archives of images.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class AnyData
{
    /// <summary>Opens a data set.</summary>
    /// <param name="pathOrName">What <see cref="DataSource.Open"/> takes, a folder as <see cref="ImageFolder.Open"/> takes
    /// it, or a zip or tar archive as <see cref="ImageArchive.Open"/> does; "stacked:" goes before all.</param>
    /// <param name="options">The size that images of a folder or an archive are brought to; 28x28 grey where it is
    /// null. Other data stays as it is.</param>
    /// <param name="cancellationToken">Ends the decoding of images.</param>
    /// <exception cref="ArgumentException">The path or name is empty or blank.</exception>
    /// <exception cref="InvalidInputException">It is missing, unreadable, damaged or no data set, or the size is out of
    /// range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataSet Open(
        string pathOrName, ImageOptions? options = null, CancellationToken cancellationToken = default) =>
        DataSource.OpenOr(pathOrName, path => File.Exists(path) ? ImageArchive.Open(path, options, cancellationToken)
            : ImageFolder.Open(path, options, cancellationToken));
}
