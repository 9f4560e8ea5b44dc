using System.Globalization;
using GanGpu.Cli.Commands;
using GanGpu.Runs;
using static GanGpu.Cli.Views.Lines;

namespace GanGpu.Cli.Views;

/// <summary>A run in a dozen lines.</summary>
internal static class RunInfoView
{
    public static void Write(RunInfo info)
    {
        RunSettings settings = info.Settings;
        TrainingOptions options = settings.Options;
        RunSession first = settings.Sessions[0], latest = settings.Sessions[^1];
        Line($"run         {info.Path}{(info.InTraining ? ", in training" : "")}");
        Line($"networks    {PresetName(settings)}, latent {settings.Preset.LatentSize}, samples {settings.Sample}");
        Line($"data        {settings.Data}: {settings.DataCount} samples");
        if (settings.FineTunedFrom is { } from)
            Line($"begun with  {Shown.Text(from, longest: 200)}");
        if (options.Frozen.Count > 0)
            Line($"frozen      {string.Join(", ", options.Frozen)}");
        if (settings.ClassNames is { } names)
            Line($"classes     {ClassChoice.List(names)}");
        Line($"training    {options.Loss}, batch {options.BatchSize}, {options.DiscriminatorSteps} " +
            $"update{(options.DiscriminatorSteps == 1 ? "" : "s")} of D a step, seed {options.Seed}");
        Line($"optimisers  G " +
            $"{options.GeneratorOptimizer.GetType().Name.Replace("Options", "", StringComparison.Ordinal)} " +
            $"{options.GeneratorOptimizer.LearningRate}, D " +
            $"{options.DiscriminatorOptimizer.GetType().Name.Replace("Options", "", StringComparison.Ordinal)} " +
            $"{options.DiscriminatorOptimizer.LearningRate}");
        Line($"device      {latest.Device}: {latest.DeviceDescription}");
        Line($"begun       {first.Started.ToString("u", CultureInfo.InvariantCulture)}, by GanGpu " +
            $"{first.GanGpuVersion}, {settings.Sessions.Count} session{(settings.Sessions.Count == 1 ? "" : "s")}");
        Line($"step        {info.Step?.ToString(CultureInfo.InvariantCulture) ?? "none saved yet"} of {latest.ToStep}");
        if (info.Reports.Count > 0)
            Console.WriteLine($"latest      {WithoutTimeLeft(info.Reports[^1])}");
        if (info.Reports.Count > 0 && info.Reports[^1].Diagnosis is { } diagnosis and not Diagnosis.Healthy)
            Line($"diagnosis   {diagnosis}");
        if (info.Reports.LastOrDefault(report => report.Shares is not null)?.Shares is { } shares)
            Line($"drawn       {shares}{(shares.Lack() is { } lack ? ": " + lack : "")}");
        if (info.Best is { Quality: { } quality } best)
            Line($"best        {quality.Measure} {quality.Figure:G4} at step {best.Step}");
    }

    private static string PresetName(RunSettings settings) =>
        settings.Preset.GetType().Name.Replace("Preset", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>The file does not hold it.</summary>
    private static string WithoutTimeLeft(TrainingReport report)
    {
        string line = report.ToString();
        return line[..line.LastIndexOf(", ", StringComparison.Ordinal)];
    }
}
