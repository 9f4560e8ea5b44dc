using Microsoft.Extensions.Logging;

namespace GanGpu.Training;

/// <summary>
/// What is told to a device's logger of trainings. Numbers of events stay what they are: programs filter by them.
/// </summary>
internal static partial class TrainingLog
{
    /// <summary>A training goes on, or begins.</summary>
    public static void Training(this ILogger logger, Preset preset, long from, long to)
    {
        if (logger.IsEnabled(LogLevel.Information))
            logger.Training(preset.Summary, from, to);
    }

    [LoggerMessage(4, LogLevel.Debug, "{Report}")]
    public static partial void Reported(this ILogger logger, TrainingReport report);

    [LoggerMessage(5, LogLevel.Information, "Saved step {Step} as {Path}.")]
    public static partial void Saved(this ILogger logger, long step, string path);

    [LoggerMessage(6, LogLevel.Information, "Resuming {Path} at step {Step}.")]
    public static partial void Resuming(this ILogger logger, string path, long step);

    [LoggerMessage(9, LogLevel.Information, "Beginning with the weights of {Path} at step {Step}.")]
    public static partial void FineTuning(this ILogger logger, string path, long step);

    [LoggerMessage(
        7, LogLevel.Warning,
        "'{Data}' has numbers from {Least} to {Most}, and the generator ends with tanh, so it makes numbers from -1 " +
        "to 1 only; scale the data to -1..1.")]
    public static partial void OutOfRange(this ILogger logger, string data, float least, float most);

    [LoggerMessage(
        8, LogLevel.Warning,
        "'{Data}' has vectors of {Length} numbers, which the preset's convolutions take for pictures of one row; " +
        "give pictures with DataSet.FromBytes, or take a preset of dense layers, such as mlp.")]
    public static partial void Strips(this ILogger logger, string data, int length);

    [LoggerMessage(3, LogLevel.Information, "Training {Preset} from step {From} to step {To}.")]
    private static partial void Training(this ILogger logger, string preset, long from, long to);
}
