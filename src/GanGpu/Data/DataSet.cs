namespace GanGpu.Data;

/// <summary>Images of one size, as bytes. Training scales them to −1..1 on the device.</summary>
public sealed class DataSet
{
    /// <summary>The name of the embedded set, handwritten-looking digits that the library draws itself.</summary>
    public const string DigitsName = "digits";

    private DataSet(string name, byte[] pixels, int count, int height, int width, int channels, byte[]? labels)
    {
        Name = name;
        Pixels = pixels;
        Count = count;
        Height = height;
        Width = width;
        Channels = channels;
        Labels = labels;
    }

    /// <summary>What it is, for messages.</summary>
    public string Name { get; }

    /// <summary>Images, at least 1.</summary>
    public int Count { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>1 for grey, 3 for RGB; any number for other data.</summary>
    public int Channels { get; }

    /// <summary>Bytes of an image.</summary>
    public int SampleSize => Height * Width * Channels;

    /// <summary>Count × height × width × channels bytes.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>The class of each image; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>Opens a data set.</summary>
    /// <param name="pathOrName">
    /// "digits" for the embedded set; a folder with MNIST's IDX files; an IDX file of images, gzipped or not; or a folder of
    /// images (PNG, JPEG, WebP, BMP, GIF), searched through all its sub-folders. If every image lies in a sub-folder, the
    /// sub-folders are the classes.
    /// </param>
    /// <param name="options">The size that images of a folder are brought to; 28x28 grey where it is null.</param>
    /// <exception cref="DataFormatException">It is missing, unreadable, damaged or no data set.</exception>
    public static DataSet Open(string pathOrName, ImageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrName);
        if (pathOrName == DigitsName)
            return SyntheticDigits.Draw();
        if (File.Exists(pathOrName))
            return OpenIdx(pathOrName, labelPath: null);
        if (!Directory.Exists(pathOrName))
            throw new DataFormatException(pathOrName, $"does not exist; give a folder of images, a folder with MNIST's files, an IDX file, or '{DigitsName}'.");

        foreach (string ending in new[] { "", ".gz" })
        {
            string images = Path.Combine(pathOrName, "train-images-idx3-ubyte" + ending), labels = Path.Combine(pathOrName, "train-labels-idx1-ubyte" + ending);
            if (File.Exists(images))
                return OpenIdx(images, File.Exists(labels) ? labels : null);
        }

        return ImageFolder.Open(pathOrName, options ?? new ImageOptions());
    }

    /// <summary>A data set of bytes in memory; they are not copied.</summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="pixels">count × height × width × channels bytes.</param>
    /// <param name="count">Images, at least 1.</param>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    /// <param name="labels">The class of each image, or null.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public static DataSet FromBytes(string name, byte[] pixels, int count, int height, int width, int channels, byte[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        foreach (int size in new[] { count, height, width, channels })
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (pixels.Length != (long)count * height * width * channels)
            throw new ArgumentException($"{count} images of {height}x{width}x{channels} are {(long)count * height * width * channels} bytes, not {pixels.Length}.", nameof(pixels));
        if (labels is not null && labels.Length != count)
            throw new ArgumentException($"{count} images need {count} labels, not {labels.Length}.", nameof(labels));
        return new DataSet(name, pixels, count, height, width, channels, labels);
    }

    private static DataSet OpenIdx(string path, string? labelPath)
    {
        (int[] size, byte[] pixels) = IdxFile.Read(path, rank: 3);
        byte[]? labels = labelPath is null ? null : IdxFile.Read(labelPath, rank: 1).Values;
        if (labels is not null && labels.Length != size[0])
            throw new DataFormatException(labelPath!, $"has {labels.Length} labels, but '{path}' has {size[0]} images; the two files do not belong together.");
        return new DataSet(Path.GetFileName(Path.TrimEndingDirectorySeparator(labelPath is null ? path : Path.GetDirectoryName(path)!)), pixels, size[0], size[1], size[2], 1, labels);
    }
}
