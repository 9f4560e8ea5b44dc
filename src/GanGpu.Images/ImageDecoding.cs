using System.Globalization;
using GanGpu.Data;
using GanGpu.Modalities.Images;

namespace GanGpu.Images;

/// <summary>Decodes images on all cores, or takes what an earlier start has decoded.</summary>
internal static class ImageDecoding
{
    /// <summary>Bytes of an encoded image.</summary>
    public const long MostEncodedBytes = 256L << 20;

    /// <summary>Less is decoded in the time that it takes to look for it.</summary>
    private const int FewFiles = 500, FewBytes = 8 << 20;

    /// <summary>Where decoded images are kept; null where that is not worth it, or not wanted.</summary>
    public static string? CacheFor(IImageSource source) =>
        !CacheFolder.IsOff && (source.Names.Count >= FewFiles || source.EncodedBytes >= FewBytes)
            ? Path.Combine(CacheFolder.Location, "images") : null;

    /// <exception cref="InvalidInputException">An image can't be read, they are too many, or a file of labels does not
    /// fit them.</exception>
    public static DataSet Open(
        IImageSource source, ImageOptions options, string? cache, CancellationToken cancellation = default)
    {
        ImageSelection selection = new(source, options);
        int count = selection.Images.Length, size = options.Height * options.Width * options.Channels;
        if ((long)size * count > Array.MaxLength)
            throw new DataFormatException(
                source.Location,
                $"holds {count} images, which are more than 2 GiB at " +
                $"{options.Height}x{options.Width}x{options.Channels}; make them smaller.");
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Location)));
        DecodedCache? kept = cache is null ? null : new DecodedCache(cache, source, options, selection.Images.Length);
        if (kept?.Read() is { } earlier)
            return Made(name, earlier.Pixels, count, options,
                selection.ClassesOf([.. Enumerable.Range(0, count)]), earlier.Source);

        byte[] pixels = new byte[size * count];
        DecodedImage[] images = new DecodedImage[count];
        DataFormatException?[] faults = new DataFormatException?[count];
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, i =>
            {
                int image = selection.Images[i];
                try
                {
                    images[i] = ImageCodec.Decode(source.Read(image), source.PathOf(image), options,
                        pixels.AsSpan(i * size, size));
                }
                catch (DataFormatException fault)
                {
                    // The others are decoded all the same, so that all that are damaged can be named at once.
                    faults[i] = fault;
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<OutOfMemoryException>().Any())
        {
            throw new DataFormatException(
                source.Location, "needs more memory to decode than there is; use smaller images.", e);
        }

        string[] damaged = [.. Enumerable.Range(0, count).Where(i => faults[i] is not null).Select(
            i => source.Names[selection.Images[i]])];
        if (damaged.Length > 0 && (!options.SkipDamaged || damaged.Length == count))
            throw Refusal(source, faults.First(fault => fault is not null)!, damaged, ofAll: damaged.Length == count
                && options.SkipDamaged);
        int[] good = [.. Enumerable.Range(0, count).Where(i => faults[i] is null)];
        if (damaged.Length > 0)
            pixels = Gathered(pixels, good, size);
        ImageSourceSummary summary = DecodedImage.Summary([.. good.Select(i => images[i])], options, source.LeftOut,
            damaged);
        // What is damaged may be a file that somebody is still writing.
        if (damaged.Length == 0)
            kept?.Write(pixels, summary);
        return Made(name, pixels, good.Length, options, selection.ClassesOf(good), summary);
    }

    private static DataSet Made(string name, byte[] pixels, int count, ImageOptions options,
        ImageClasses classes, ImageSourceSummary source) =>
        new(name, SampleFormat.OfImages(options.Height, options.Width, options.Channels), count, classes.Labels, pixels)
        {
            ClassNames = classes.Names,
            WhyNoClasses = classes.WhyNone is null ? null : PrintableText.Of(classes.WhyNone),
            Remarks = [.. classes.Remarks.Select(PrintableText.Of)],
            Damaged = source.Damaged,
            Origin = source,
        };

    /// <summary>The first fault in full, and the names of the other images that have one.</summary>
    private static DataFormatException Refusal(IImageSource source, DataFormatException first, string[] damaged,
        bool ofAll)
    {
        const int Named = 4;
        if (ofAll)
            return new DataFormatException(source.Location,
                $"holds no image that can be read; the first of {damaged.Length}: {first.Message}", first);
        if (damaged.Length == 1)
            return new DataFormatException(first.Path, first.Fault, first);
        string[] others = damaged[1..];
        string names = string.Join(", ", others.Take(Named));
        return new DataFormatException(first.Path, string.Create(CultureInfo.InvariantCulture,
            $"{first.Fault.TrimEnd('.')}. {others.Length} more can't be read either: " +
            $"{names}{(others.Length > Named ? $" and {others.Length - Named} more" : "")}."), first);
    }

    private static byte[] Gathered(byte[] pixels, int[] images, int size)
    {
        byte[] gathered = new byte[images.Length * size];
        for (int i = 0; i < images.Length; i++)
            pixels.AsSpan(images[i] * size, size).CopyTo(gathered.AsSpan(i * size));
        return gathered;
    }
}
