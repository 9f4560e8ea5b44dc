namespace GanGpu.Runs;

/// <summary>
/// Keeps a run's report up to date while it is trained: aside from the training, and without taking much of the time.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <remarks>Not safe for use from several threads at once.</remarks>
internal sealed class RunReportWriter(string folder)
{
    /// <summary>
    /// A report that took a second is written again after no less than fifty: at most a fiftieth of the time goes into
    /// it.
    /// </summary>
    private const int Share = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private Task writing = Task.CompletedTask;

    /// <summary>What the pauses are measured by.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether a report is being written at this moment.</summary>
    internal bool IsWriting => !writing.IsCompleted;

    private long written;
    private TimeSpan pause;

    /// <summary>
    /// Begins to write the report unless that was done a moment ago; the first time always. One that can't be written
    /// is no reason to end a training: it is tried again later, and <see cref="End"/> tells.
    /// </summary>
    public void Refresh()
    {
        if (!writing.IsCompleted)
            return;
        if (written == 0 || Clock.GetElapsedTime(written) >= pause)
            writing = Task.Run(Write);
    }

    /// <summary>Writes the report as that of a run that is not trained any more.</summary>
    /// <param name="state">Where it stands.</param>
    /// <param name="message">Why; null for nothing to say.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void End(RunState state, string? message = null)
    {
        // Two must not race for the file.
        Task.WaitAny(writing);
        RunReport.Write(folder, state, message);
    }

    private void Write()
    {
        long start = Clock.GetTimestamp();
        try
        {
            RunReport.Write(folder, RunState.Training);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            // A full disk, or a grid of samples that was deleted at this moment.
        }

        written = Clock.GetTimestamp();
        TimeSpan longer = Share * Clock.GetElapsedTime(start, written);
        pause = longer > Pause ? longer : Pause;
    }
}
