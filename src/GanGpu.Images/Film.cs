using System.Globalization;
using SkiaSharp;

namespace GanGpu.Images;

/// <summary>Pictures one after the other, as an animated WebP that plays for ever.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class Film
{
    /// <summary>
    /// Pixels of all frames together; encoding them takes about a second for each ten to thirty million.
    /// </summary>
    private const long MostPixels = 512L << 20;

    /// <summary>Makes a film of picture files. Those that have another size than the last one are left out.</summary>
    /// <param name="path">The film's file; one that is there is replaced.</param>
    /// <param name="pictures">Image files in order, at least one.</param>
    /// <param name="each">How long a picture stays, at most four hours.</param>
    /// <param name="last">How long the last one stays.</param>
    /// <param name="cancellationToken">Ends it between pictures; nothing is written then.</param>
    /// <exception cref="ArgumentException">There are no pictures, or the path is empty or has a null
    /// character.</exception>
    /// <exception cref="InvalidInputException">A picture is missing or damaged, they are too large for a film, or it
    /// can't be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Save(
        string path, IReadOnlyList<string> pictures, TimeSpan each, TimeSpan last,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count);
        using SKBitmap final = ImageCodec.Upright(pictures[^1]);
        AnimatedWebp film = new(final.Height, final.Width);
        CheckSize(final.Height, final.Width, pictures.Count);
        foreach (string picture in pictures.SkipLast(1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using SKBitmap bitmap = ImageCodec.Upright(picture);
            if (bitmap.Width == final.Width && bitmap.Height == final.Height)
                Add(film, bitmap, each);
        }

        Add(film, final, last);
        SampleBatch.Save(path, film.Save);
    }

    /// <summary>Makes a film of grids of images: frame i shows the i-th batch, side by side.</summary>
    /// <param name="path">The film's file; one that is there is replaced.</param>
    /// <param name="frames">At least one batch; all of as many images of one size, of one channel or three. Each is
    /// asked for once, when the one before is in the film.</param>
    /// <param name="each">How long a frame stays, at most four hours.</param>
    /// <param name="columns">Images in a row, at least 1; where it is null a square grid.</param>
    /// <param name="cancellationToken">Ends it between frames; nothing is written then.</param>
    /// <exception cref="ArgumentException">There is no batch, they differ in size, or the path is empty or has a null
    /// character.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    /// <exception cref="InvalidInputException">The images have neither one channel nor three, are too large for a film,
    /// or it can't be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Save(
        string path, IEnumerable<SampleBatch> frames, TimeSpan each, int? columns = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (columns is { } asked)
            ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1, nameof(columns));
        SampleBatch? first = null;
        AnimatedWebp? film = null;
        foreach (SampleBatch frame in frames)
        {
            cancellationToken.ThrowIfCancellationRequested();
            first ??= frame;
            if (first.Format.Channels is not (1 or 3))
                throw new InvalidInputException($"A picture has 1 channel or 3; these samples have {first.Format.Channels}.");
            if (frame.Count != first.Count || frame.Format != first.Format)
                throw new ArgumentException("All frames must have as many images of the same size.", nameof(frames));
            PixelGrid grid = PixelGrid.Of(
                frame.ToBytes(), frame.Count, frame.Format.Height, frame.Format.Width, frame.Format.Channels,
                Math.Min(columns ?? (int)Math.Ceiling(Math.Sqrt(frame.Count)), frame.Count));
            film ??= new AnimatedWebp(grid.Height, grid.Width);
            CheckSize(grid.Height, grid.Width, film.Count + 1);
            using SKBitmap bitmap = ImageCodec.Bitmap(grid.Pixels, grid.Height, grid.Width, frame.Format.Channels);
            Add(film, bitmap, each);
        }

        SampleBatch.Save(
            path, (film ?? throw new ArgumentException("A film has at least one frame.", nameof(frames))).Save);
    }

    /// <summary>Pictures of a size that a film can have.</summary>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <returns>How many of them, at least 1.</returns>
    public static int MostFrames(int height, int width) =>
        (int)Math.Clamp(MostPixels / Math.Max(1, (long)height * width), 1, int.MaxValue);

    private static void CheckSize(int height, int width, int frames)
    {
        if (frames > MostFrames(height, width))
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{frames} frames of {height}x{width} pixels or more are too large a film; take at most " +
                    $"{MostFrames(height, width)}, or fewer images a frame."));
    }

    private static void Add(AnimatedWebp film, SKBitmap bitmap, TimeSpan duration)
    {
        using SKPixmap pixmap = bitmap.PeekPixels();
        film.Add(pixmap, duration);
    }
}
