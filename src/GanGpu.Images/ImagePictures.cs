using System.Globalization;

namespace GanGpu.Images;

/// <summary>A run's pictures of images: sheets of samples, and their film; no curves, which report.html has.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public class ImagePictures : IRunPictures
{
    private const long MostBytes = 256 << 20, WidestPng = 1_000_000;

    /// <inheritdoc/>
    public void Check(int count, SampleFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (!Fits(format))
            return;
        long side = (long)Math.Ceiling(Math.Sqrt(count)), wide = side * (format.Width + PixelGrid.Gap),
            high = side * (format.Height + PixelGrid.Gap);
        if (wide > WidestPng || wide * high * format.Channels > MostBytes)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count} samples of {format} make a picture of {high}x{wide} pixels, which is too large to be " +
                    $"saved while they are trained; take smaller samples."));
    }

    /// <inheritdoc/>
    public virtual byte[]? Samples(Generator generator, SampleBatch samples, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Fits(samples.Format) ? samples.ToPng() : null;
    }

    /// <summary>Whether samples are images that a PNG can hold.</summary>
    internal static bool Fits(SampleFormat format) =>
        format is { Modality: SampleFormat.Images, Channels: 1 or 3 or 4 };

    /// <inheritdoc/>
    public virtual byte[]? Losses(IReadOnlyList<TrainingReport> reports, TrainingOptions options) => null;

    /// <inheritdoc/>
    public virtual byte[]? Quality(IReadOnlyList<TrainingReport> reports, long? bestStep) => null;

    /// <inheritdoc/>
    public void Film(string folder, long step) => RunFilm.Save(folder, step);
}
