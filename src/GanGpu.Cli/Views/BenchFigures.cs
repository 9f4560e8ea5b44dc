using GanGpu.Benchmarking;

namespace GanGpu.Cli.Views;

/// <summary>What gangpu bench measured on one device.</summary>
internal sealed record BenchFigures(string Device, string Description)
{
    private const double LeastSteadyShare = 0.8;

    /// <summary>
    /// The arithmetic peak in GFLOP/s, before, between and after the rest; empty where there is none.
    /// </summary>
    public List<double> Peaks { get; } = [];

    /// <summary>The highest of them, null where there is none.</summary>
    public double? PeakGigaflopsPerSecond => Peaks.Count > 0 ? Peaks.Max() : null;

    /// <summary>
    /// The processor was not always as fast as it can be, so that the figures are lower than they need be.
    /// </summary>
    public bool Disturbed => Peaks.Count > 0 && Peaks.Min() < LeastSteadyShare * Peaks.Max();

    public List<BenchLine<GemmRate>> Gemm { get; } = [];

    public List<BenchLine<StepRate>> Step { get; } = [];

    /// <summary>Milliseconds that a step's matrix products take at the arithmetic peak.</summary>
    public double? FloorMilliseconds(StepRate rate) => rate.Flops / PeakGigaflopsPerSecond / 1e6;
}

/// <summary>One measurement, or why there is none.</summary>
internal sealed record BenchLine<TRate>(string Name, TRate? Rate, string? Skipped)
    where TRate : class
{
    public static BenchLine<TRate> Of(string name, Func<TRate?> measure)
    {
        try
        {
            TRate? rate = measure();
            return new(name, rate, rate is null ? "too slow here" : null);
        }
        catch (DeviceOutOfMemoryException)
        {
            return new(name, null, "not enough memory");
        }
    }
}
