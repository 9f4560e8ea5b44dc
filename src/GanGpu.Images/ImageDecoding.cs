using GanGpu.Data;

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
        !CacheFolder.IsOff && (source.Names.Count >= FewFiles || source.EncodedBytes >= FewBytes) ? Path.Combine(CacheFolder.Location, "images") : null;

    /// <exception cref="DataFormatException">An image can't be read, or they are too many.</exception>
    public static DataSet Open(IImageSource source, ImageOptions options, string? cache, CancellationToken cancellation = default)
    {
        int count = source.Names.Count, size = options.Height * options.Width * options.Channels;
        if ((long)size * count > Array.MaxLength)
            throw new DataFormatException(source.Location, $"holds {count} images, which are more than 2 GiB at {options.Height}x{options.Width}x{options.Channels}; make them smaller.");
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Location)));
        DecodedCache? kept = cache is null ? null : new DecodedCache(cache, source, options);
        if (kept?.Read(name) is { } earlier)
            return earlier;

        byte[] pixels = new byte[size * count];
        DataFormatException?[] faults = new DataFormatException?[count];
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, (i, state) =>
            {
                try
                {
                    ImageCodec.Decode(source.Read(i), source.PathOf(i), options, pixels.AsSpan(i * size, size));
                }
                catch (DataFormatException fault)
                {
                    faults[i] = fault;
                    if (!options.SkipDamaged)
                        state.Stop();
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<OutOfMemoryException>().Any())
        {
            throw new DataFormatException(source.Location, "needs more memory to decode than there is; use smaller images.", e);
        }

        int skipped = faults.Count(fault => fault is not null);
        if (skipped > 0 && !options.SkipDamaged)
        {
            DataFormatException first = faults.First(fault => fault is not null)!;
            throw new DataFormatException(first.Path, first.Message[(first.Path.Length + 3)..], first);
        }

        if (skipped == count)
            throw new DataFormatException(source.Location, $"holds no image that can be read; the first of {count}: {faults[0]!.Message}");
        int[] good = [.. Enumerable.Range(0, count).Where(i => faults[i] is null)];
        if (skipped > 0)
            pixels = Gathered(pixels, good, size);
        (byte[] Labels, string[] Classes)? classes = ImageNames.Classes([.. good.Select(i => source.Names[i])]);
        DataSet data = DataSet.FromImages(name, pixels, good.Length, options, classes?.Labels, classes?.Classes, skipped);
        // What is damaged may be a file that somebody is still writing.
        if (skipped == 0)
            kept?.Write(data);
        return data;
    }

    private static byte[] Gathered(byte[] pixels, int[] images, int size)
    {
        byte[] gathered = new byte[images.Length * size];
        for (int i = 0; i < images.Length; i++)
            pixels.AsSpan(images[i] * size, size).CopyTo(gathered.AsSpan(i * size));
        return gathered;
    }
}
