namespace GanGpu.Presets;

/// <summary>The size of one sample: an image, or any vector as a 1 × n image with one channel.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Values of a pixel.</param>
public readonly record struct SampleShape(int Height, int Width, int Channels)
{
    /// <summary>Values of a sample.</summary>
    public int Length => checked(Height * Width * Channels);

    /// <summary>Such as "28x28x1".</summary>
    public override string ToString() => FormattableString.Invariant($"{Height}x{Width}x{Channels}");
}
