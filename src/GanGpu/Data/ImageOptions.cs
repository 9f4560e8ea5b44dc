namespace GanGpu.Data;

/// <summary>
/// What the images of a folder or an archive are brought to: cropped in the middle to the aspect ratio, to the whole pixel, then scaled with
/// an antialiased cubic. An image that has the size already is taken as it is.
/// </summary>
public sealed record ImageOptions
{
    /// <summary>Rows of pixels, 1 to 4096.</summary>
    public int Height { get; init; } = 28;

    /// <summary>Pixels in a row, 1 to 4096.</summary>
    public int Width { get; init; } = 28;

    /// <summary>1 for grey (by luminance), 3 for RGB, 4 for RGB and opacity.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Leaves out images that are damaged or can't be read, and counts them, instead of refusing the whole.</summary>
    public bool SkipDamaged { get; init; }

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Height is < 1 or > 4096 || Width is < 1 or > 4096)
            throw new InvalidInputException($"Images can be brought to 1x1 up to 4096x4096 pixels, not to {Height}x{Width}.");
        if (Channels is not (1 or 3 or 4))
            throw new InvalidInputException($"Images have 1 channel (grey), 3 (RGB) or 4 (RGB and opacity), not {Channels}.");
    }
}
