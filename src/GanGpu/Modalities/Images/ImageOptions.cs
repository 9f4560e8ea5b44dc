using GanGpu.Data;
using GanGpu.Modalities.Images;

namespace GanGpu;

/// <summary>
/// What the images of a folder or an archive are brought to: cropped in the middle to the aspect ratio, to the whole
/// pixel, then scaled with an antialiased cubic. An image that has the size already is taken as it is.
/// </summary>
public sealed record ImageOptions
{
    /// <summary>Rows of pixels, 1 to 4096.</summary>
    public int Height { get; init; } = 28;

    /// <summary>Pixels in a row, 1 to 4096.</summary>
    public int Width { get; init; } = 28;

    /// <summary>1 for grey (by luminance), 3 for RGB, 4 for RGB and opacity.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Leaves out images that are damaged or can't be read, and names them, instead of refusing the
    /// whole.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>
    /// What transparent parts are laid on: "black", "white", "grey", or a colour such as "#ff8000". With four channels
    /// nothing is laid on anything, and pixels that can't be seen at all have this colour.
    /// </summary>
    public string Background { get; init; } = "black";

    /// <summary>
    /// A text file with the class of each image, instead of its folder: columns with commas, semicolons, tabs or spaces
    /// between them, one of which has the images' names (with or without their folders and endings); null where there
    /// is none.
    /// </summary>
    public string? LabelFile { get; init; }

    /// <summary>The name of the column of <see cref="LabelFile"/> that has the classes; needed where it has more than
    /// two columns.</summary>
    public string? LabelColumn { get; init; }

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Height is < 1 or > 4096 || Width is < 1 or > 4096)
            throw new InvalidInputException(
                $"Images can be brought to 1x1 up to 4096x4096 pixels, not to {Height}x{Width}.");
        if (Channels is not (1 or 3 or 4))
            throw new InvalidInputException(
                $"Images have 1 channel (grey), 3 (RGB) or 4 (RGB and opacity), not {Channels}.");
        if (ImageColour.Parse(Background) is null)
            throw new InvalidInputException(
                $"The background must be {ImageColour.Forms}, not '{PrintableText.Of(Background)}'.");
        if (LabelColumn is not null && LabelFile is null)
            throw new InvalidInputException(
                $"The column '{PrintableText.Of(LabelColumn)}' of labels was asked for, but no file of labels.");
    }
}
