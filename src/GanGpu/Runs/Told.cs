namespace GanGpu.Runs;

/// <summary>Progress that is handed on at once, on the thread that makes it, which Progress does not do.</summary>
/// <param name="tell">What is done with a report.</param>
internal sealed class Told(Action<TrainingReport> tell) : IProgress<TrainingReport>
{
    public void Report(TrainingReport value) => tell(value);
}
