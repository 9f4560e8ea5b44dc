
namespace GanGpu.Images;

/// <summary>A picture of some samples of a data set.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class ContactSheet
{
    private const int Columns = 10, Rows = 10;

    /// <summary>
    /// Writes a PNG of at most a hundred images, taken evenly through the set. Where there are at most twenty classes
    /// each has a row of its own, in their order.
    /// </summary>
    /// <param name="data">The data set, of images with one channel, three or four.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <returns>How many images it shows.</returns>
    /// <exception cref="ArgumentException">The path is empty or has a null character.</exception>
    /// <exception cref="InvalidInputException">The samples are no images of that kind, make too large a picture, or the
    /// file can't be written.</exception>
    public static int Save(DataSet data, string path)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!ImagePictures.Fits(data.Format))
            throw new InvalidInputException(
                $"'{data.Name}' holds no images of 1, 3 or 4 channels, so that there is nothing to make a sheet of.");
        int[] chosen = data.Classes is > 1 and <= 2 * Rows ? ByClass(data)
            : Evenly([.. Enumerable.Range(0, data.Count)], Columns * Rows);
        int size = data.SampleSize;
        byte[] pixels = new byte[chosen.Length * size];
        for (int i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] >= 0)
                data.Samples(chosen[i], 1).ToBytes().CopyTo(pixels.AsSpan(i * size));
        }

        PixelGrid grid = PixelGrid.Of(
            pixels, chosen.Length, data.Format.Height, data.Format.Width, data.Format.Channels,
            Math.Min(Columns, chosen.Length));
        SampleBatch.Save(
            path, stream => ImageCodec.EncodePng(stream, grid.Pixels, grid.Height, grid.Width, data.Format.Channels));
        return chosen.Count(image => image >= 0);
    }

    /// <summary>A row of each class; −1 where a class has no more.</summary>
    private static int[] ByClass(DataSet data)
    {
        ReadOnlyMemory<byte> labels = data.Labels;
        return [.. Enumerable.Range(0, data.Classes).SelectMany(number =>
        {
            int[] own = Evenly([.. Enumerable.Range(0, data.Count).Where(i => labels.Span[i] == number)], Columns);
            return own.Concat(Enumerable.Repeat(-1, Columns - own.Length));
        })];
    }

    private static int[] Evenly(int[] images, int most) =>
        images.Length <= most ? images
            : [.. Enumerable.Range(0, most).Select(i => images[(int)((long)i * images.Length / most)])];
}
