using System.Globalization;

namespace GanGpu.Images;

/// <summary>Samples as image files.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class ImageFiles
{
    /// <summary>
    /// Writes all images as one PNG, side by side; small images are enlarged so that a person can see them.
    /// </summary>
    /// <param name="images">The images, of one channel, three or four.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="columns">Images in a row, at least 1 (more than there are images is as many); where it is null
    /// <see cref="SampleBatch.Columns"/>, or else a square grid.</param>
    /// <exception cref="ArgumentException">The path is empty or has a null character.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    /// <exception cref="InvalidInputException">The images have no one channel, three or four, are too many for one
    /// picture, or the file can't be written.</exception>
    public static void SavePng(this SampleBatch images, string path, int? columns = null)
    {
        PixelGrid grid = GridOf(images, columns);
        SampleBatch.Save(path, stream => Write(stream, grid, images.Format.Channels));
    }

    /// <summary>As <see cref="SavePng"/>, to a stream.</summary>
    /// <param name="images">The images, of one channel, three or four.</param>
    /// <param name="stream">Receives the PNG from where it stands; stays open, and need not be seekable.</param>
    /// <param name="columns">As for <see cref="SavePng"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    /// <exception cref="InvalidInputException">The images have no one channel, three or four, or are too many for one
    /// picture.</exception>
    /// <exception cref="IOException">The stream can't be written; what it throws is passed on.</exception>
    public static void WritePng(this SampleBatch images, Stream stream, int? columns = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, GridOf(images, columns), images.Format.Channels);
    }

    /// <summary>As <see cref="SavePng"/>, in memory.</summary>
    /// <param name="images">The images, of one channel, three or four.</param>
    /// <param name="columns">As for <see cref="SavePng"/>.</param>
    /// <returns>The bytes of the PNG.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    /// <exception cref="InvalidInputException">The images have no one channel, three or four, or are too many for one
    /// picture.</exception>
    public static byte[] ToPng(this SampleBatch images, int? columns = null)
    {
        using MemoryStream png = new();
        images.WritePng(png, columns);
        return png.ToArray();
    }

    private static PixelGrid GridOf(SampleBatch images, int? columns)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (columns is { } asked)
            ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1, nameof(columns));
        RequireColours(images);
        int perRow = Math.Min(columns ?? images.Columns ?? (int)Math.Ceiling(Math.Sqrt(images.Count)), images.Count);
        SampleFormat format = images.Format;
        return PixelGrid.Of(
            images.ToBytes(), images.Count, format.Height, format.Width, format.Channels, perRow);
    }

    private static void Write(Stream stream, PixelGrid grid, int channels) =>
        ImageCodec.EncodePng(stream, grid.Pixels, grid.Height, grid.Width, channels);

    /// <summary>Writes one PNG an image, "00000.png" and on, into a folder that is new or empty.</summary>
    /// <param name="images">The images, of one channel, three or four.</param>
    /// <param name="path">The folder.</param>
    /// <exception cref="ArgumentException">The path is empty or has a null character.</exception>
    /// <exception cref="InvalidInputException">The images have no one channel, three or four; or the folder holds
    /// something, or can't be written.</exception>
    public static void SaveFolder(this SampleBatch images, string path)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireColours(images);
        byte[] bytes = images.ToBytes();
        int size = images.Format.Height * images.Format.Width * images.Format.Channels;
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new InvalidInputException($"'{path}' is there already and not an empty folder; give another one.");
        for (int i = 0; i < images.Count; i++)
        {
            int image = i;
            SampleBatch.Save(Path.Combine(path, i.ToString("D5", CultureInfo.InvariantCulture) + ".png"),
                stream =>
                    ImageCodec.EncodePng(
                        stream, bytes.AsSpan(image * size, size), images.Format.Height, images.Format.Width,
                        images.Format.Channels));
        }
    }

    private static void RequireColours(SampleBatch images)
    {
        if (images.Format.Channels is not (1 or 3 or 4))
            throw new InvalidInputException(
                $"A picture has 1 channel, 3 or 4; these samples have {images.Format.Channels}. Save them as .npy.");
    }
}
