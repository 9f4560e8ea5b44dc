using System.Diagnostics;
using GanGpu.TorchPeer;

namespace GanGpu.Benchmarks;

/// <summary>Times contenders in turns, so that whatever else the machine does falls on all alike.</summary>
internal static class SideBySide
{
    private static readonly TimeSpan SliceTime = TimeSpan.FromMilliseconds(50), Pause = TimeSpan.FromMilliseconds(2);

    private const int WarmRepetitions = 10, MinimumSlices = 11;

    /// <param name="time">For each of them.</param>
    /// <param name="contenders">In the order of their turns, and of the timings.</param>
    public static Timing[] Run(TimeSpan time, params IReadOnlyList<IContender> contenders)
    {
        int[] repetitions = [.. contenders.Select(contender => RepetitionsIn(SliceTime, contender))];
        List<double>[] slices = [.. contenders.Select(_ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        while (slices[0].Count < MinimumSlices || Stopwatch.GetElapsedTime(start) < contenders.Count * time)
        {
            for (int i = 0; i < contenders.Count; i++)
                slices[i].Add(Slice(contenders[i], repetitions[i]));
        }

        return [.. slices.Select(Timing.Of)];
    }

    /// <summary>Warms a contender up and finds how many of its repetitions fill a time, at least one.</summary>
    public static int RepetitionsIn(TimeSpan time, IContender contender)
    {
        // Long enough for the runtime to have compiled the loops for good, which it does in the background.
        long start = Stopwatch.GetTimestamp();
        double best = Slice(contender, 1);
        int warm = best < time.TotalMilliseconds ? WarmRepetitions : 1;
        do
            best = Math.Min(best, Slice(contender, warm));
        while (Stopwatch.GetElapsedTime(start) < 8 * time);
        return Math.Max(1, (int)(time.TotalMilliseconds / best));
    }

    /// <summary>Milliseconds a repetition.</summary>
    public static double Slice(IContender contender, int repetitions)
    {
        // Idle threads of the other one spin for a moment, and its data fills the caches: neither is timed.
        Thread.Sleep(Pause);
        if (contender.Allocates)
            return Timed(contender, repetitions);
        // TorchSharp needs it; GanGpu's training, which allocates nothing, does not mind.
        using NoCollection quiet = new();
        return Timed(contender, repetitions);
    }

    private static double Timed(IContender contender, int repetitions)
    {
        if (repetitions > 1)
            contender.Repeat(2);
        long start = Stopwatch.GetTimestamp();
        contender.Repeat(repetitions);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / repetitions;
    }
}
