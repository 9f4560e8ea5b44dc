namespace GanGpu.Images;

/// <summary>How much a zip archive may hold. One that holds more was made to harm, or is better unpacked first.</summary>
internal sealed record ZipLimits
{
    /// <summary>Entries of any kind.</summary>
    public long Entries { get; init; } = 2_000_000;

    /// <summary>Unpacked to packed bytes of one entry; images are packed themselves and hardly shrink.</summary>
    public long Ratio { get; init; } = 200;

    /// <summary>Unpacked bytes of all images.</summary>
    public long Bytes { get; init; } = 64L << 30;
}
