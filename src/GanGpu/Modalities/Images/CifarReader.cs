using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>The binary files of CIFAR-10 and CIFAR-100: a folder with them, or one of them.</summary>
internal sealed class CifarReader : IDataReader
{
    /// <inheritdoc/>
    public bool Knows(DataPlace place) => (place.IsFile && CifarFile.IsNamed(place.Name))
        || (place.IsFolder && CifarFile.TrainingFiles(place.Name).Length > 0);

    /// <inheritdoc/>
    public DataSet Open(DataPlace place) =>
        Read(place, place.IsFile ? [place.Name] : CifarFile.TrainingFiles(place.Name));

    /// <inheritdoc/>
    public DataSet? OpenHeldOut(DataPlace place) =>
        place.IsFolder && CifarFile.TestFile(place.Name) is { } tests ? Read(place, [tests]) : null;

    private static DataSet Read(DataPlace place, string[] files)
    {
        (byte[] pixels, byte[] labels) = CifarFile.Read(files);
        return DataSet.FromBytes(place.LastName, pixels, labels.Length, CifarFile.Side, CifarFile.Side,
            CifarFile.Channels, labels);
    }
}
