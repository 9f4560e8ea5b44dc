using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Objectives;
using GanGpu.Training;

namespace GanGpu.Cli;

/// <summary>A run's pictures: those of images, points in the plane as a scatter plot, and the curves.</summary>
internal sealed class RunPictures : ImagePictures
{
    private const int PointCount = 1000;

    public override byte[]? Samples(Generator generator, SampleBatch samples, DataSet data) =>
        ScatterPlot.Fits(samples.Format) ? ScatterPlot.Draw(data, generator.Sample(PointCount))
            : base.Samples(generator, samples, data);

    public override byte[]? Losses(IReadOnlyList<TrainingReport> reports, TrainingOptions options) =>
        LossPlot.Draw(reports, options);

    public override byte[]? Quality(IReadOnlyList<TrainingReport> reports, long? bestStep) =>
        QualityPlot.Draw(reports, bestStep);
}
