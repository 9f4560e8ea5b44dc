namespace GanGpu.Modalities.Images;

/// <summary>A rectangle of a picture in memory.</summary>
/// <param name="pixels">
/// The picture's RGBA bytes; with premultiplied alpha, or colours bleed out of what is transparent.
/// </param>
/// <param name="stride">Bytes from one row of the picture to the next.</param>
/// <param name="left">First column of the part.</param>
/// <param name="top">First row of the part.</param>
/// <param name="width">Columns of the part, at least 1.</param>
/// <param name="height">Rows of the part, at least 1.</param>
internal readonly ref struct PicturePart(
    ReadOnlySpan<byte> pixels, int stride, int left, int top, int width, int height)
{
    private readonly ReadOnlySpan<byte> pixels = pixels;

    public int Width => width;

    public int Height => height;

    /// <summary>A row of the part, from 0.</summary>
    public ReadOnlySpan<byte> Row(int row) => pixels.Slice(((top + row) * stride) + (4 * left), 4 * width);
}
