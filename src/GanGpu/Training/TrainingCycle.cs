using GanGpu.Backends;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>
/// The order of updates: in a step those of the discriminator, then the generator's. Where only some of the
/// discriminator's are penalised, steps differ, and repeat after some number of them.
/// </summary>
internal sealed class TrainingCycle : IDisposable
{
    /// <summary>
    /// Steps that are handed to the device at once, where it takes whole sequences. Handing one over takes the host
    /// several microseconds, and a step's kernels some dozens; cancelling waits for as many steps.
    /// </summary>
    public const int LeastStepsInBundle = 8;

    private readonly TrainingStep[][] steps;
    private readonly IReplay[] replays;
    private readonly IReplay? bundle;

    /// <param name="backend">The device.</param>
    /// <param name="options">How many updates a step has, and which are penalised.</param>
    /// <param name="discriminator">The penalised update, then the one that is not, where there is one.</param>
    /// <param name="generator">The generator's update.</param>
    public TrainingCycle(IBackend backend, TrainingOptions options, IReadOnlyList<TrainingStep> discriminator,
        TrainingStep generator)
    {
        int updates = options.DiscriminatorSteps, interval = discriminator.Count > 1 ? options.Penalty.Interval : 1;
        steps = [.. Enumerable.Range(0, interval / GreatestCommonDivisor(interval, updates)).Select(step =>
            (TrainingStep[])[
                .. Enumerable.Range(step * updates, updates)
                .Select(update => discriminator[update % interval == 0 ? 0 : 1]), generator])];
        List<IReplay> made = [];
        try
        {
            foreach (TrainingStep[] step in steps)
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
    public IReadOnlyList<TrainingStep> Of(long step) => steps[step % steps.Length];

    /// <summary>Issues one step, or as many as are best given together.</summary>
    /// <param name="step">Steps issued before.</param>
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

    public void Dispose()
    {
        foreach (IReplay replay in replays)
            replay.Dispose();
        bundle?.Dispose();
    }

    private static Action[] Launches(TrainingStep[] step) => [.. step.SelectMany(update => update.Launches)];

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
