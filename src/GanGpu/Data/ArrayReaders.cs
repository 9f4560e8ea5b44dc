namespace GanGpu.Data;

/// <summary>An NPY file, of images or of vectors by its type and shape.</summary>
internal sealed class NpyFileReader : IDataReader
{
    /// <inheritdoc/>
    public bool Knows(DataPlace place) => place.IsOf(FileFormat.Npy);

    /// <inheritdoc/>
    public DataSet Open(DataPlace place) => NpyReader.Open(place.Name);
}

/// <summary>An NPZ file of such arrays, with their classes and with those to test on.</summary>
internal sealed class NpzFileReader : IDataReader
{
    /// <inheritdoc/>
    public bool Knows(DataPlace place) => place.IsOf(FileFormat.Zip) && NpzFile.IsOne(place.Name);

    /// <inheritdoc/>
    public DataSet Open(DataPlace place) => NpzFile.Open(place.Name);

    /// <inheritdoc/>
    public DataSet? OpenHeldOut(DataPlace place) => Knows(place) ? NpzFile.OpenTests(place.Name) : null;
}
