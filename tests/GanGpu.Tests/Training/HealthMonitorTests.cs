using GanGpu.Objectives;
using GanGpu.Runs;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

public class HealthMonitorTests
{
    [Fact]
    public void A_lively_training_is_healthy() =>
        Assert.Equal(
            Diagnosis.Healthy, After(40, i => Report(1.3f + (0.01f * (i % 3)), 0.8f + (0.02f * (i % 5)), 0.7f, 0.6f)));

    [Fact]
    public void A_discriminator_that_is_always_right_is_too_strong()
    {
        Assert.Equal(
            Diagnosis.DiscriminatorTooStrong, After(40, i => Report(0.01f / (i + 1), 9 + (0.1f * i), 0.999f, 1f)));
        Assert.Equal(Diagnosis.Healthy, After(40, i => Report(0.01f / (i + 1), 9 + (0.1f * i), 0.999f, 0.9f)));
        // One bad report, or a bad beginning, is no illness.
        Assert.Equal(
            Diagnosis.Healthy, After(HealthMonitor.Window - 1, i => Report(0.01f / (i + 1), 9 + (0.1f * i), 1f, 1f)));
    }

    [Fact]
    public void Losses_that_stand_still_are_stalled()
    {
        Assert.Equal(Diagnosis.Stalled, After(40, _ => Report(1.3862944f, 0.6931472f, 0.5f, 0.5f)));
        Assert.Equal(Diagnosis.Healthy, After(40, i => Report(1.3862944f, 0.6931472f + (1e-4f * (i % 2)), 0.5f, 0.5f)));
    }

    [Fact]
    public void A_network_that_gets_no_gradient_is_stalled()
    {
        Assert.Equal(
            Diagnosis.Stalled,
            After(40, i => Report(1.3f + (0.01f * (i % 3)), 0.8f, 0.7f, 0.6f).With(Metric.GeneratorGradientNorm, 0)));
        Assert.Equal(
            Diagnosis.Healthy,
            After(40, i => Report(1.3f + (0.01f * (i % 3)), 0.8f, 0.7f, 0.6f).With(Metric.GeneratorGradientNorm, i % 2)));
    }

    [Theory]
    [InlineData(float.NaN, 1f)]
    [InlineData(1f, float.PositiveInfinity)]
    public void A_loss_that_is_no_number_is_noticed_at_once(float d, float g) =>
        Assert.Equal(Diagnosis.NotANumber, After(1, _ => Report(d, g, 0.5f, 0.5f)));

    [Fact]
    public void Samples_that_are_all_alike_are_a_collapse()
    {
        HealthMonitor monitor = new();
        for (int i = 0; i < HealthMonitor.Window; i++)
            monitor.Observe(Report(1.3f + (0.01f * i), 0.8f, 0.7f, 0.6f));
        Random random = new(1);
        float[] varied = [.. Enumerable.Range(0, 64 * 6).Select(_ => random.NextSingle())],
            alike = [.. varied.Select(value => 0.3f * value)];
        double variance = HealthMonitor.Variance(varied, 64);
        Assert.Equal(Diagnosis.Healthy, monitor.Observe(new SampleBatch(
            SampleFormat.OfImages(2, 3, 1), 64, varied), variance));
        Assert.Equal(1, monitor.Diversity!.Value, 1e-9);
        Assert.Equal(Diagnosis.ModeCollapse, monitor.Observe(new SampleBatch(
            SampleFormat.OfImages(2, 3, 1), 64, alike), variance));
        Assert.Equal(0.09, monitor.Diversity!.Value, 1e-5);
    }

    [Fact]
    public void A_class_that_is_not_drawn_is_noticed_and_forgotten_when_it_is()
    {
        HealthMonitor monitor = new();
        ClassShares even = ClassShares.Of(
            [.. Enumerable.Range(0, 500).Select(i => (byte)(i % 2))], new float[500], [0.5, 0.5], null),
            one = ClassShares.Of(new byte[500], new float[500], [0.5, 0.5], null);
        // At the beginning a generator draws nothing yet.
        Assert.Equal(Diagnosis.Healthy, monitor.Observe(one));
        for (int i = 0; i < HealthMonitor.Window; i++)
            monitor.Observe(Report(1.3f + (0.01f * i), 0.8f, 0.7f, 0.6f));
        Assert.Equal(Diagnosis.ClassMissing, monitor.Diagnosis);
        Assert.Equal(Diagnosis.Healthy, monitor.Observe(even));
        Assert.Same(even, monitor.Classes);
    }

    [Fact]
    public void Variance_is_that_of_the_values_summed()
    {
        // Columns 1, 3 and 2, 6: variances 2 and 8.
        Assert.Equal(10, HealthMonitor.Variance([1f, 2f, 3f, 6f], 2), 1e-12);
    }

    private static Diagnosis After(int reports, Func<int, TrainingReport> report)
    {
        HealthMonitor monitor = new();
        for (int i = 0; i < reports; i++)
            monitor.Observe(report(i));
        return monitor.Diagnosis;
    }

    private static TrainingReport Report(float d, float g, float real, float fake) =>
        GanReport.Of(1, 1, d, g, real, fake);
}
