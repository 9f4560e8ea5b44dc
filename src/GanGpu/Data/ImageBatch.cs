namespace GanGpu.Data;

/// <summary>Images from a generator.</summary>
public sealed class ImageBatch
{
    /// <summary>Wraps values; they are not copied.</summary>
    /// <param name="count">Images, at least 1.</param>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    /// <param name="values">count × height × width × channels values in −1..1.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public ImageBatch(int count, int height, int width, int channels, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (int size in new[] { count, height, width, channels })
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (values.Length != (long)count * height * width * channels)
            throw new ArgumentException(
                $"{count} images of {height}x{width}x{channels} have {(long)count * height * width * channels} " +
                $"values, not {values.Length}.", nameof(values));
        Count = count;
        Height = height;
        Width = width;
        Channels = channels;
        Values = values;
    }

    /// <summary>Images.</summary>
    public int Count { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Values of a pixel.</summary>
    public int Channels { get; }

    /// <summary>
    /// Count × height × width × channels values in −1..1, or as the data has them where the samples are vectors.
    /// </summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>
    /// Images that belong side by side, such as one of each class; null where their order means nothing.
    /// </summary>
    public int? Columns { get; init; }

    /// <summary>Whether the samples are vectors of numbers rather than pictures: one row of one channel.</summary>
    public bool IsVectors => new SampleShape(Height, Width, Channels).IsVector;

    /// <summary>The values as bytes: −1 and less become 0, 1 and more become 255; NaN becomes 0.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Values.Length];
        ReadOnlySpan<float> values = Values.Span;
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Clamp(MathF.Round((values[i] + 1f) * 127.5f), 0f, 255f);
        return bytes;
    }

    /// <summary>Writes an NPY file (format 1.0) of the shape N × H × W × C.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="asFloat">float32 in −1..1 instead of unsigned bytes.</param>
    /// <exception cref="InvalidInputException">The file can't be written.</exception>
    public void SaveNpy(string path, bool asFloat = false) =>
        Save(path, stream => NpyFile.Write(stream, this, asFloat));

    /// <summary>Writes a file and the folders above it.</summary>
    /// <exception cref="InvalidInputException">It can't be written.</exception>
    internal static void Save(string path, Action<Stream> write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be written: {e.Message}", e);
        }
    }
}
