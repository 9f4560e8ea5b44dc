using GanGpu.Data;
using GanGpu.Objectives;
using GanGpu.Runs;
using GanGpu.Training;

namespace GanGpu.Images;

/// <summary>A run's pictures of images: sheets of samples, and their film; no curves, which report.html has.</summary>
public class ImagePictures : IRunPictures
{
    /// <inheritdoc/>
    public virtual byte[]? Samples(Generator generator, SampleBatch samples, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Format is not { Modality: SampleFormat.Images, Channels: 1 or 3 or 4 })
            return null;
        using MemoryStream png = new();
        samples.WritePng(png);
        return png.ToArray();
    }

    /// <inheritdoc/>
    public virtual byte[]? Losses(IReadOnlyList<TrainingReport> reports, TrainingOptions options) => null;

    /// <inheritdoc/>
    public virtual byte[]? Quality(IReadOnlyList<TrainingReport> reports, long? bestStep) => null;

    /// <inheritdoc/>
    public void Film(string folder, long step) => RunFilm.Save(folder, step);
}
