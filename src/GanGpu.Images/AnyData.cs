using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>Data sets of every kind: those that the core opens, and folders of images.</summary>
public static class AnyData
{
    /// <summary>Opens a data set.</summary>
    /// <param name="pathOrName">What <see cref="DataSet.Open"/> takes, or a folder as <see cref="ImageFolder.Open"/> takes it; "stacked:" goes before both.</param>
    /// <param name="options">The size that images of a folder are brought to; 28x28 grey where it is null. Other data stays as it is.</param>
    /// <exception cref="DataFormatException">It is missing, unreadable, damaged or no data set.</exception>
    /// <exception cref="InvalidInputException">The size is out of range.</exception>
    public static DataSet Open(string pathOrName, ImageOptions? options = null) => DataSet.OpenOr(pathOrName, folder => ImageFolder.Open(folder, options));
}
