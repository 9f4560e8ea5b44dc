using System.Numerics;

namespace GanGpu.Objectives.Gan;

/// <summary>
/// Which updates a step makes: the discriminator's, every k-th of them with the penalty, and the generator's.
/// </summary>
internal static class PenaltySchedule
{
    /// <summary>See <see cref="IObjective.Schedule"/>. Update 0 is the discriminator's with all penalties; where only
    /// some of its updates have them, update 1 is that without; the last is the generator's.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(TrainingOptions options)
    {
        const int penalised = 0, plain = 1;
        bool lazy = options.Penalty.IsLazy;
        int generator = lazy ? 2 : 1, interval = lazy ? options.Penalty.Interval : 1, updates = options.DiscriminatorSteps,
            steps = interval / (int)BigInteger.GreatestCommonDivisor(interval, updates);
        return [.. Enumerable.Range(0, steps).Select(step =>
            (int[])[.. Enumerable.Range(step * updates, updates)
                .Select(update => update % interval == 0 ? penalised : plain), generator])];
    }
}
