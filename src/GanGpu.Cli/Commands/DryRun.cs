using GanGpu.Training;

namespace GanGpu.Cli.Commands;

/// <summary>
/// What a training would take, without leaving anything: memory, launches, and the pace of its first steps.
/// </summary>
/// <param name="Memory">Device memory.</param>
/// <param name="Parameters">Of both networks.</param>
/// <param name="LaunchesPerStep">Kernels that are launched for each step.</param>
/// <param name="Steps">Steps that were asked for.</param>
/// <param name="StepsPerSecond">By a short measurement.</param>
/// <param name="SamplesPerSecond">Real samples that a second takes, of all of the discriminator's updates.</param>
internal sealed record DryRun(
    TrainingMemory Memory, int Parameters, int LaunchesPerStep, long Steps, double StepsPerSecond,
    double SamplesPerSecond)
{
    /// <summary>Of few steps, which the first ones slow down, and of many.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2), OfMany = TimeSpan.FromSeconds(0.8);

    private const long Many = 15;

    /// <summary>Time that the steps would take.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(Math.Min(Steps / StepsPerSecond, TimeSpan.MaxValue.TotalSeconds / 2));

    public static async Task<DryRun> MeasureAsync(GanTrainer trainer, long steps, CancellationToken cancellation)
    {
        TrainingOptions options = trainer.Options;
        // The first steps are slower; the later ones, twice as many each time, are of one piece.
        double rate = 0;
        TimeSpan spent = TimeSpan.Zero;
        for (long piece = 1; spent < (piece > Many ? OfMany : Budget); piece *= 2)
        {
            TrainingReport? last = null;
            await foreach (TrainingReport report in trainer.StepReportsAsync(piece, cancellation).ConfigureAwait(false))
                last = report;
            rate = Math.Max(rate, piece / last!.Elapsed.TotalSeconds);
            spent += last.Elapsed;
        }

        return new DryRun(
            trainer.Memory, trainer.ParameterCount, trainer.Launches.Count, steps, rate,
            rate * options.BatchSize * options.DiscriminatorSteps * options.AccumulatedBatches);
    }
}
