using System.Diagnostics;
using GanGpu.TorchPeer;

namespace GanGpu.Benchmarks;

/// <summary>Times two contenders in turns, so that whatever else the machine does falls on both alike.</summary>
internal static class SideBySide
{
    private static readonly TimeSpan SliceTime = TimeSpan.FromMilliseconds(50), Pause = TimeSpan.FromMilliseconds(2);

    private const int WarmSteps = 10, MinimumSlices = 11;

    /// <param name="first">One of them.</param>
    /// <param name="second">The other.</param>
    /// <param name="time">For each of them.</param>
    public static (Timing First, Timing Second) Run(IContender first, IContender second, TimeSpan time)
    {
        int firstSteps = StepsIn(SliceTime, first), secondSteps = StepsIn(SliceTime, second);
        List<double> firstSlices = [], secondSlices = [];
        long start = Stopwatch.GetTimestamp();
        while (firstSlices.Count < MinimumSlices || Stopwatch.GetElapsedTime(start) < 2 * time)
        {
            firstSlices.Add(Slice(first, firstSteps));
            secondSlices.Add(Slice(second, secondSteps));
        }

        return (Timing.Of(firstSlices), Timing.Of(secondSlices));
    }

    /// <summary>Warms a contender up and finds how many of its steps fill a time, at least one.</summary>
    public static int StepsIn(TimeSpan time, IContender contender)
    {
        // Long enough for the runtime to have compiled the loops for good, which it does in the background.
        long start = Stopwatch.GetTimestamp();
        double best = double.PositiveInfinity;
        do
            best = Math.Min(best, Slice(contender, WarmSteps));
        while (Stopwatch.GetElapsedTime(start) < 8 * time);
        return Math.Max(1, (int)(time.TotalMilliseconds / best));
    }

    /// <summary>Milliseconds a step.</summary>
    public static double Slice(IContender contender, int steps)
    {
        // Idle threads of the other one spin for a moment, and its data fills the caches: neither is timed.
        Thread.Sleep(Pause);
        // TorchSharp needs it; GanGpu, which allocates nothing, does not mind.
        using NoCollection quiet = new();
        contender.Train(2);
        long start = Stopwatch.GetTimestamp();
        contender.Train(steps);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / steps;
    }
}
