namespace GanGpu.Data;

/// <summary>An NPY file, of images or of vectors by its type and shape.</summary>
internal sealed class NpyFileReader : IDataReader
{
    /// <inheritdoc/>
    public DataSet? Open(DataPlace place) => place.IsOf(FileFormat.Npy) ? NpyReader.Open(place.Name) : null;
}

/// <summary>An NPZ file of such arrays, with their classes and with those to test on.</summary>
internal sealed class NpzFileReader : IDataReader
{
    /// <inheritdoc/>
    public DataSet? Open(DataPlace place) => IsOne(place) ? NpzFile.Open(place.Name) : null;

    /// <inheritdoc/>
    public DataSet? OpenHeldOut(DataPlace place) => IsOne(place) ? NpzFile.OpenTests(place.Name) : null;

    private static bool IsOne(DataPlace place) => place.IsOf(FileFormat.Zip) && NpzFile.IsOne(place.Name);
}
