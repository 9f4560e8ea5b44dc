namespace GanGpu.Data;

/// <summary>What a file is, as far as that matters to how it is opened.</summary>
internal enum FileFormat
{
    /// <summary>Nothing that is known: the reader of IDX files says what it misses.</summary>
    Unknown,

    /// <summary>An IDX file, gzipped or not.</summary>
    Idx,

    /// <summary>A NumPy array.</summary>
    Npy,

    /// <summary>A zip archive, which an .npz file is as well.</summary>
    Zip,

    /// <summary>A tar archive, gzipped or not.</summary>
    Tar,

    /// <summary>Something that is known to be no data set.</summary>
    Other,
}
