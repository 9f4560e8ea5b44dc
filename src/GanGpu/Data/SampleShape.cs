using System.Text.Json.Serialization;

namespace GanGpu.Data;

/// <summary>The size of one sample: an image, or any vector as a 1 × n image with one channel.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Values of a pixel.</param>
public readonly record struct SampleShape(int Height, int Width, int Channels)
{
    /// <summary>Values of a sample.</summary>
    public int Length => checked(Height * Width * Channels);

    /// <summary>Whether it is taken for a vector of numbers rather than a picture: one row of one channel.</summary>
    [JsonIgnore]
    public bool IsVector => Height == 1 && Channels == 1;

    /// <exception cref="InvalidInputException">It has no values, or more than an array.</exception>
    internal void Validate()
    {
        if (Height < 1 || Width < 1 || Channels < 1)
            throw new InvalidInputException($"There are no samples of {this}.");
        // The first two can't overflow together, all three can.
        if ((long)Height * Width > Array.MaxLength || (long)Height * Width * Channels > Array.MaxLength)
            throw new InvalidInputException($"Samples of {this} are too large.");
    }

    /// <summary>Such as "28x28x1".</summary>
    public override string ToString() => FormattableString.Invariant($"{Height}x{Width}x{Channels}");
}
