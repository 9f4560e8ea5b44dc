
namespace GanGpu.Cli.Views;

/// <summary>Says what a training suffers from, once each time that it changes.</summary>
internal sealed class HealthRemark
{
    private string? last;

    private ClassShares? classes;

    /// <summary>The line for a report; null where nothing is new.</summary>
    public string? Of(TrainingReport report)
    {
        if (report.RolledBackFrom is { } from)
        {
            last = null;
            return FormattableString.Invariant(
                $"step {from}: went back to an earlier checkpoint, and on from there with half the learning rates.");
        }

        classes = report.Shares ?? classes;
        if (report.Diagnosis is not { } diagnosis)
            return null;
        string? now = diagnosis == Diagnosis.Healthy ? null : Sentence(diagnosis);
        if (now == last)
            return null;
        last = now;
        return FormattableString.Invariant($"step {report.Step}: {now ?? "healthy again."}");
    }

    private string Sentence(Diagnosis diagnosis) => diagnosis switch
    {
        Diagnosis.DiscriminatorTooStrong =>
            "D too strong: it is right on nearly every sample, so the generator learns little; a lower --lr-d, a " +
            "penalty such as --r1 1 or --diffaugment helps.",
        Diagnosis.ModeCollapse =>
            "mode collapse: samples differ much less than the data does; --loss rpgan --r1 1 --r2 1, --pac 2 or a " +
            "lower learning rate helps.",
        Diagnosis.Stalled =>
            "stalled: neither loss changes any more, or no gradient is left; another --seed or --loss helps.",
        Diagnosis.NotANumber => "a loss or a sample is no finite number; a lower learning rate helps.",
        Diagnosis.ClassMissing =>
            $"of the samples, {classes?.Lack()}; --loss rpgan --r1 1 --r2 1, --pac 2 or --preset cgan helps.",
        _ => diagnosis.ToString(),
    };
}
