using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>
/// Where images come from; the package GanGpu.Images adds folders and archives of image files. The first that knows a
/// place opens it.
/// </summary>
internal static class ImageReaders
{
    public static IReadOnlyList<IDataReader> All { get; } =
        [new StackedReader(), new DigitsReader(), new IdxReader(), new CifarReader()];
}
