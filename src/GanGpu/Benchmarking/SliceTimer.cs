using System.Diagnostics;
using GanGpu.Backends;

namespace GanGpu.Benchmarking;

/// <summary>
/// Times something that a device does many times over, in slices long enough for the clock, each of which is a turn.
/// </summary>
/// <param name="backend">The device.</param>
/// <param name="user">Keeps alive what is used.</param>
/// <param name="bind">Makes what does it once, or has the device begin to.</param>
internal sealed class SliceTimer(IBackend backend, object user, Func<Action> bind)
{
    /// <summary>Whatever takes longer than this is not repeated.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int Slices = 10, FewestSlices = 3;

    private Action? issue;

    /// <summary>The middle of numbers in ascending order.</summary>
    public static double Median(double[] ascending) =>
        (ascending[(ascending.Length - 1) / 2] + ascending[ascending.Length / 2]) / 2;

    /// <summary>
    /// Runs it once or twice, so that it is loaded and compiled. False where it takes longer than
    /// <see cref="Patience"/> even when it is: the first time some drivers compile.
    /// </summary>
    public bool IsFastEnough(CancellationToken cancellationToken)
    {
        for (int i = 0; i < 2; i++)
        {
            if (Seconds(1, cancellationToken) <= Patience.TotalSeconds)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Seconds that one takes in each of several slices, in ascending order, after a warm-up of half the budget.
    /// </summary>
    public double[] Measure(TimeSpan budget, CancellationToken cancellationToken)
    {
        double each = 0, warm = 0, enough = budget.TotalSeconds / 2;
        for (long n = 1; warm < enough; n = Math.Min(2 * n, 1 + (long)((enough - warm) / each)))
        {
            double seconds = Seconds(n, cancellationToken);
            warm += seconds;
            each = seconds / n;
        }

        long repetitions = Math.Max(1, (long)(budget.TotalSeconds / Slices / each));
        List<double> slices = [];
        for (double spent = 0; spent < budget.TotalSeconds
            || (slices.Count < FewestSlices && spent < Patience.TotalSeconds);)
        {
            double seconds = Seconds(repetitions, cancellationToken);
            spent += seconds;
            slices.Add(seconds / repetitions);
        }

        return [.. slices.Order()];
    }

    private double Seconds(long repetitions, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using DeviceTurn turn = backend.Turn(user);
        issue ??= bind();
        long start = Stopwatch.GetTimestamp();
        for (long i = 0; i < repetitions; i++)
            issue();
        backend.Synchronize();
        // A clock that did not move would make the rate infinite.
        return Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-9);
    }
}
