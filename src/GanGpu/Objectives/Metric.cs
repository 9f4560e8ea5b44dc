namespace GanGpu.Objectives;

/// <summary>A number that trainings report, and what it is called where it is read.</summary>
/// <param name="Name">In metrics.jsonl and <c>TrainingReport</c>; other programs read it, so it stays.</param>
/// <param name="Label">In a line of text or a table, such as "D loss".</param>
/// <param name="Curve">Beside the curve in a plot of its kind, such as "discriminator".</param>
/// <param name="Kind">What it can be drawn together with.</param>
internal sealed record Metric(string Name, string Label, string Curve, MetricKind Kind)
{
    public static readonly Metric DiscriminatorLoss = new("d_loss", "D loss", "discriminator", MetricKind.Loss);
    public static readonly Metric Penalty = new("d_penalty", "penalty", "penalty", MetricKind.Loss);
    public static readonly Metric ClassLoss = new("d_class_loss", "classes", "classes", MetricKind.Loss);
    public static readonly Metric GeneratorLoss = new("g_loss", "G loss", "generator", MetricKind.Loss);
    public static readonly Metric RealAccuracy =
        new("d_real_accuracy", "D on real", "real", MetricKind.Accuracy);
    public static readonly Metric FakeAccuracy =
        new("d_fake_accuracy", "on fake", "generated", MetricKind.Accuracy);
    public static readonly Metric RealClassAccuracy =
        new("d_real_class_accuracy", "class of real", "class of real", MetricKind.Accuracy);
    public static readonly Metric FakeClassAccuracy =
        new("d_fake_class_accuracy", "class of fake", "class of generated", MetricKind.Accuracy);
    public static readonly Metric Loss = new("loss", "loss", "loss", MetricKind.Loss);
    public static readonly Metric Reconstruction =
        new("reconstruction", "reconstruction", "reconstruction", MetricKind.Loss);
    public static readonly Metric KlDivergence = new("kl", "KL", "KL divergence", MetricKind.Loss);
    public static readonly Metric DiscriminatorGradientNorm =
        new("d_grad_norm", "D gradient norm", "discriminator", MetricKind.GradientNorm);
    public static readonly Metric GeneratorGradientNorm =
        new("g_grad_norm", "G gradient norm", "generator", MetricKind.GradientNorm);
    public static readonly Metric EncoderGradientNorm =
        new("e_grad_norm", "E gradient norm", "encoder", MetricKind.GradientNorm);

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        DiscriminatorLoss, GeneratorLoss, RealAccuracy, FakeAccuracy, Penalty, ClassLoss, RealClassAccuracy,
        FakeClassAccuracy, Loss, Reconstruction, KlDivergence, DiscriminatorGradientNorm, GeneratorGradientNorm,
        EncoderGradientNorm,
    ];
}

/// <summary>What a metric measures.</summary>
internal enum MetricKind
{
    /// <summary>What a network minimises, or a part of it.</summary>
    Loss,

    /// <summary>How often the discriminator is right, 0..1.</summary>
    Accuracy,

    /// <summary>The norm of a network's gradients.</summary>
    GradientNorm,
}

/// <summary>A metric's value in a report.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Value">Its mean over the report's updates.</param>
internal readonly record struct ReportedMetric(Metric Metric, double Value);
