using System.Text.Json.Serialization;

namespace GanGpu;

/// <summary>The size of one sample: an image, or any vector as a 1 × n image with one channel.</summary>
/// <remarks>It says nothing of what the sample is; see <see cref="SampleFormat"/>.</remarks>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Values of a pixel.</param>
public readonly record struct SampleShape(int Height, int Width, int Channels)
{
    /// <summary>Images that follow one another in a sample; 1 for all that does not move.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Values of a sample.</summary>
    /// <exception cref="OverflowException">They are more than 2,147,483,647.</exception>
    [JsonIgnore]
    public int Length => checked(Frames * Height * Width * Channels);

    /// <summary>The same of shapes that are too large for an array.</summary>
    [JsonIgnore]
    internal double Size => (double)Frames * Height * Width * Channels;

    /// <exception cref="InvalidInputException">It has no values, or more than an array.</exception>
    internal void Validate()
    {
        if (Frames < 1 || Height < 1 || Width < 1 || Channels < 1)
            throw new InvalidInputException($"There are no samples of {this}.");
        // Two numbers can't overflow together, all of them can.
        if ((long)Height * Width > Array.MaxLength || (long)Height * Width * Channels > Array.MaxLength
            || (long)Height * Width * Channels * Frames > Array.MaxLength)
            throw new InvalidInputException($"Samples of {this} are too large.");
    }

    /// <summary>Such as "28x28x1"; "16x28x28x1" for 16 frames.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{(Frames == 1 ? "" : $"{Frames}x")}{Height}x{Width}x{Channels}");
}
