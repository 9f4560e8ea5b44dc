namespace GanGpu.Images;

/// <summary>How much an archive may hold. One that holds more was made to harm, or is better unpacked first.</summary>
internal sealed record ArchiveLimits
{
    /// <summary>Entries of any kind.</summary>
    public long Entries { get; init; } = 2_000_000;

    /// <summary>Unpacked to packed bytes of one entry; images are packed themselves and hardly shrink.</summary>
    public long Ratio { get; init; } = 200;

    /// <summary>Unpacked bytes of all images.</summary>
    public long Bytes { get; init; } = 64L << 30;

    /// <summary>Bytes of all images that are kept in memory, since the archive can only be read from its
    /// beginning.</summary>
    public long KeptBytes { get; init; } = 4L << 30;
}
