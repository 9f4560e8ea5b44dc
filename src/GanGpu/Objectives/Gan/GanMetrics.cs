using GanGpu.Graph;

namespace GanGpu.Objectives.Gan;

/// <summary>
/// What a GAN's report says, from the mean metrics of both networks' updates, or of one of them where the other's are
/// empty.
/// </summary>
internal static class GanMetrics
{
    /// <param name="gan">The networks.</param>
    /// <param name="options">The losses and penalties.</param>
    /// <param name="generator">Of the generator's update: those of <see cref="AdversarialTerm"/>.</param>
    /// <param name="discriminator">Of the discriminator's: those of <see cref="AdversarialTerm"/>, then of
    /// <see cref="GradientPenalty"/> if there are penalties, then of <see cref="SoftmaxCrossEntropy"/> if it tells
    /// classes.</param>
    public static IReadOnlyList<ReportedMetric> Of(
        GanNetworks gan, TrainingOptions options, ReadOnlySpan<double> generator, ReadOnlySpan<double> discriminator)
    {
        int penalty = LogitLoss.MetricCount * (options.DiscriminatorLoss is null ? 1 : 2);
        List<ReportedMetric> metrics = [];
        if (!discriminator.IsEmpty)
            metrics.Add(new(Metric.DiscriminatorLoss, options.DiscriminatorLoss is null
                ? AdversarialLoss.DiscriminatorLoss(discriminator) : discriminator[LogitLoss.MetricCount]));
        if (!generator.IsEmpty)
            metrics.Add(new(Metric.GeneratorLoss, options.GeneratorLoss is null
                ? AdversarialLoss.GeneratorLoss(options.Loss, generator) : generator[LogitLoss.MetricCount]));
        if (discriminator.IsEmpty)
            return metrics;
        metrics.Add(new(Metric.RealAccuracy, discriminator[2]));
        metrics.Add(new(Metric.FakeAccuracy, discriminator[3]));
        if (options.Penalty.Any)
            metrics.Add(new(Metric.Penalty, options.Penalty.Of(discriminator[penalty..])));
        if (gan.ClassUse is not (ClassUse.Auxiliary or ClassUse.SemiSupervised))
            return metrics;
        ReadOnlySpan<double> byClass = discriminator[^SoftmaxCrossEntropy.MetricCount..];
        metrics.Add(new(Metric.ClassLoss, byClass[0]));
        metrics.Add(new(Metric.RealClassAccuracy, byClass[2]));
        if (gan.GeneratesClasses)
            metrics.Add(new(Metric.FakeClassAccuracy, byClass[3]));
        return metrics;
    }
}
