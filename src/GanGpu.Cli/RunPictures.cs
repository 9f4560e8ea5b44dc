using GanGpu.Cli.Modalities;
using GanGpu.Images;

namespace GanGpu.Cli;

/// <summary>A run's pictures: of samples of every kind that has one, and the curves.</summary>
internal sealed class RunPictures : ImagePictures
{
    public override byte[]? Samples(Generator generator, SampleBatch samples, DataSet data) =>
        SamplePictures.Of(samples.Format) is not { } picture ? null
            : picture.Draw(picture.Samples is { } count ? generator.Sample(count) : samples, data);

    public override byte[]? Losses(IReadOnlyList<TrainingReport> reports, TrainingOptions options) =>
        LossPlot.Draw(reports, options);

    public override byte[]? Quality(IReadOnlyList<TrainingReport> reports, long? bestStep) =>
        QualityPlot.Draw(reports, bestStep);
}
