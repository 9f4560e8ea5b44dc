using GanGpu.Objectives;
using GanGpu.Training;

namespace GanGpu.Tests.Support;

/// <summary>Reports of a GAN with figures that a test chose.</summary>
internal static class GanReport
{
    public static TrainingReport Of(
        long step, double epoch, float d, float g, float real, float fake, double stepsPerSecond = 1,
        TimeSpan elapsed = default) => new(
        step, epoch,
        new TrainingMetrics([
            new(Metric.DiscriminatorLoss, d), new(Metric.GeneratorLoss, g), new(Metric.RealAccuracy, real),
            new(Metric.FakeAccuracy, fake)]),
        stepsPerSecond, elapsed, Remaining: TimeSpan.Zero);

    public static TrainingReport With(this TrainingReport report, Metric metric, float value) =>
        report.With(new Dictionary<string, float> { [metric.Name] = value });
}
