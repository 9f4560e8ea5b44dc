namespace GanGpu.Runs;

/// <summary>A span of a run's reports that all say the same of its health.</summary>
/// <param name="From">The step of the first of them,</param>
/// <param name="To">and of the last.</param>
/// <param name="Name">What it suffered from.</param>
/// <param name="Sentence">What that is.</param>
/// <param name="Now">Whether it lasts to the latest report.</param>
internal sealed record ReportHealth(long From, long To, string Name, string Sentence, bool Now)
{
    /// <summary>All spans in which a run was not healthy; of many the latest hundred.</summary>
    public static IReadOnlyList<ReportHealth> Of(IReadOnlyList<TrainingReport> reports)
    {
        const int Most = 100;
        List<ReportHealth> spans = [];
        ClassShares? classes = null;
        for (int first = 0, end; first < reports.Count; first = end)
        {
            Diagnosis diagnosis = reports[first].Diagnosis ?? Diagnosis.Healthy;
            for (end = first; end < reports.Count && (reports[end].Diagnosis ?? Diagnosis.Healthy) == diagnosis; end++)
                classes = reports[end].Shares ?? classes;

            if (diagnosis != Diagnosis.Healthy)
            {
                (string name, string sentence) = Describe(diagnosis, classes);
                spans.Add(
                    new ReportHealth(reports[first].Step, reports[end - 1].Step, name, sentence, end == reports.Count));
            }
        }

        return spans.Count > Most ? spans[^Most..] : spans;
    }

    private static (string Name, string Sentence) Describe(Diagnosis diagnosis, ClassShares? classes) =>
        diagnosis switch
        {
            Diagnosis.DiscriminatorTooStrong =>
                ("Discriminator too strong",
                    "It was right on nearly every sample, so the generator could learn little from it. A lower " +
                    "learning " +
                    "rate of the discriminator, a penalty on its gradient or augmentation helps."),
            Diagnosis.ModeCollapse =>
                ("Mode collapse",
                    "Samples differed much less than the data does. Relativistic pairing with R1 and R2, packing or a " +
                    "lower learning rate helps."),
            Diagnosis.ClassMissing =>
                ("Classes missing",
                    $"Of the samples, {classes?.Lack() ?? "some classes are missing"}. Relativistic pairing with R1 " +
                    "and " +
                    "R2, packing or a conditional preset helps."),
            Diagnosis.Stalled => ("Stalled", "Neither loss changed any more."),
            Diagnosis.NotANumber =>
                ("Not a number", "A loss, a weight or a sample was no finite number. A lower learning rate helps."),
            _ => (diagnosis.ToString(), ""),
        };
}
