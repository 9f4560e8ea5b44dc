using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>A folder of images as a data set.</summary>
public static class ImageFolder
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    /// <summary>
    /// Opens all images (PNG, JPEG, WebP, BMP, GIF) of a folder and its sub-folders. If every image lies in a sub-folder, the
    /// sub-folders are the classes, numbered from 0 in ordinal order.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">The size that the images are brought to; 28x28 grey where it is null.</param>
    /// <exception cref="DataFormatException">It is missing, holds no image, or one that can't be read.</exception>
    /// <exception cref="InvalidInputException">The size is out of range.</exception>
    public static DataSet Open(string folder, ImageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new ImageOptions();
        options.Validate();
        string[] files = Files(folder);
        int size = options.Height * options.Width * options.Channels;
        if ((long)size * files.Length > Array.MaxLength)
            throw new DataFormatException(folder, $"holds {files.Length} images, which are more than 2 GiB at {options.Height}x{options.Width}x{options.Channels}; make them smaller.");
        byte[] pixels = new byte[size * files.Length];
        try
        {
            Parallel.For(0, files.Length, i => ImageCodec.Decode(files[i], options, pixels.AsSpan(i * size, size)));
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<DataFormatException>().OrderBy(fault => fault.Path, StringComparer.Ordinal).FirstOrDefault() is { } first)
        {
            throw new DataFormatException(first.Path, first.Message[(first.Path.Length + 3)..], e);
        }

        return DataSet.FromBytes(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), pixels, files.Length, options.Height, options.Width, options.Channels, Labels(folder, files));
    }

    /// <summary>The images, in an order that no file system changes.</summary>
    private static string[] Files(string folder)
    {
        try
        {
            string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
            if (files.Length > 0)
                return files;
            throw new DataFormatException(folder, IdxFile.FindOther(folder) is not { } idx
                ? $"holds no images: no file in it ends with {string.Join(", ", Endings)}, and it has no train-images-idx3-ubyte."
                : $"holds no images and no train-images-idx3-ubyte, but '{idx}'; open that file by its own path, or add the training files.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(folder, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Classes by the first sub-folder, in ordinal order; none where an image lies beside the folders or there are too many.</summary>
    private static byte[]? Labels(string folder, string[] files)
    {
        string[] classes = [.. files.Select(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)).Select(parts => parts.Length > 1 ? parts[0] : "")];
        string[] names = [.. classes.Distinct().Order(StringComparer.Ordinal)];
        return names[0].Length == 0 || names.Length > byte.MaxValue + 1 ? null : [.. classes.Select(name => (byte)Array.IndexOf(names, name))];
    }
}
