using System.Globalization;

namespace GanGpu.Images;

/// <summary>Several images in one, in rows, with a gap between them.</summary>
internal sealed record PixelGrid(byte[] Pixels, int Height, int Width)
{
    /// <summary>Pixels between two images.</summary>
    public const int Gap = 2;

    private const int SmallestSide = 84;

    private const byte GapValue = 48;

    /// <summary>
    /// Bytes of a grid: the encoder needs four for a pixel, and a picture of more opens in few programs.
    /// </summary>
    private const long Most = 256L << 20;

    /// <param name="images">count × height × width × channels bytes.</param>
    /// <param name="count">Images.</param>
    /// <param name="height">Rows of pixels of one.</param>
    /// <param name="width">Pixels in a row of one.</param>
    /// <param name="channels">Values of a pixel.</param>
    /// <param name="columns">Images in a row.</param>
    /// <exception cref="InvalidInputException">They are too many for one picture.</exception>
    public static PixelGrid Of(ReadOnlySpan<byte> images, int count, int height, int width, int channels, int columns)
    {
        int zoom = Math.Max(1, SmallestSide / Math.Max(height, width)), rows = (count + columns - 1) / columns;
        long high = ((long)rows * ((height * zoom) + Gap)) + Gap, wide = ((long)columns * ((width * zoom) + Gap)) + Gap;
        // Both sides first: their product could overflow.
        if (high > Most || wide > Most || high * wide * channels > Most)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count} images of {height}x{width} make a picture of {high}x{wide} pixels, which is too large; " +
                    $"save fewer, or save them as .npy or one by one."));
        int gridHeight = (int)high, gridWidth = (int)wide;
        byte[] grid = new byte[gridHeight * gridWidth * channels];
        Array.Fill(grid, GapValue);
        if (channels == 4)
        {
            // The gaps are to be seen.
            for (int i = 3; i < grid.Length; i += 4)
                grid[i] = byte.MaxValue;
        }

        for (int image = 0; image < count; image++)
        {
            int top = Gap + (image / columns * ((height * zoom) + Gap)), left = Gap
                + (image % columns * ((width * zoom) + Gap));
            for (int y = 0; y < height * zoom; y++)
            {
                for (int x = 0; x < width * zoom; x++)
                {
                    int from = ((((image * height) + (y / zoom)) * width) + (x / zoom)) * channels;
                    images.Slice(from, channels).CopyTo(grid.AsSpan((((top + y) * gridWidth) + left + x) * channels));
                }
            }
        }

        return new PixelGrid(grid, gridHeight, gridWidth);
    }
}
