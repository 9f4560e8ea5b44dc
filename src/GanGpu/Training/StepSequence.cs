using GanGpu.Backends;

namespace GanGpu.Training;

/// <summary>
/// The updates of each step in order, as the device takes them best. Steps may differ, as where only some updates have a
/// penalty, and repeat after some number of them.
/// </summary>
internal sealed class StepSequence : IDisposable
{
    /// <summary>
    /// Steps that are handed to the device at once, where it takes whole sequences. Handing one over takes the host
    /// several microseconds, and a step's kernels some dozens; cancelling waits for as many steps.
    /// </summary>
    public const int LeastStepsInBundle = 8;

    private readonly IBackend backend;
    private readonly BoundUpdate[][] steps;
    private readonly IReplay[] replays;
    private readonly IReplay? bundle;
    private readonly Dictionary<BoundUpdate, IReplay> alone = [];

    /// <param name="backend">The device.</param>
    /// <param name="steps">The updates of each step, until they repeat.</param>
    public StepSequence(IBackend backend, BoundUpdate[][] steps)
    {
        this.backend = backend;
        this.steps = steps;
        List<IReplay> made = [];
        try
        {
            foreach (BoundUpdate[] step in steps)
                made.Add(backend.Sequence(Launches(step)));
            replays = [.. made];
            if (replays[0].IsOneLaunch)
            {
                int cycles = (LeastStepsInBundle + steps.Length - 1) / steps.Length;
                StepsInBundle = cycles * steps.Length;
                bundle = backend.Sequence(
                    [.. Enumerable.Repeat(steps, cycles).SelectMany(cycle => cycle.SelectMany(Launches))]);
            }
        }
        catch
        {
            made.ForEach(replay => replay.Dispose());
            throw;
        }
    }

    /// <summary>Steps that the device is best given together.</summary>
    public int StepsInBundle { get; } = 1;

    /// <summary>The updates of a step, counted from 0.</summary>
    public IReadOnlyList<BoundUpdate> Of(long step) => steps[step % steps.Length];

    /// <summary>Issues one step, or as many as are best given together.</summary>
    /// <param name="step">Steps issued before, or any number that leaves the same rest where steps repeat.</param>
    /// <param name="most">How many may be issued, at least 1.</param>
    /// <returns>How many were.</returns>
    public int Issue(long step, long most)
    {
        if (bundle is not null && most >= StepsInBundle && step % steps.Length == 0)
        {
            bundle.Issue();
            return StepsInBundle;
        }

        replays[step % steps.Length].Issue();
        return 1;
    }

    /// <summary>The step, until steps repeat, that comes some steps after another.</summary>
    public int After(int step, int issued) => (step + issued) % steps.Length;

    /// <summary>Issues one update by itself. It is made ready the first time that it is asked for.</summary>
    public void IssueAlone(BoundUpdate update)
    {
        if (!alone.TryGetValue(update, out IReplay? replay))
            alone.Add(update, replay = backend.Sequence([.. update.Launches]));
        replay.Issue();
    }

    public void Dispose()
    {
        foreach (IReplay replay in replays.Concat(alone.Values))
            replay.Dispose();
        bundle?.Dispose();
    }

    private static Action[] Launches(BoundUpdate[] step) => [.. step.SelectMany(update => update.Launches)];
}
