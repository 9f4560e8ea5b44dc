using Microsoft.Extensions.Logging;

namespace GanGpu.Devices;

/// <summary>
/// What is told to <see cref="DeviceOptions.Logger"/> of devices. Numbers of events stay what they are: programs filter
/// by them.
/// </summary>
internal static partial class DeviceLog
{
    /// <summary>A device was opened, and others could not have been.</summary>
    public static void Opened(this ILogger logger, Device device, IEnumerable<DeviceInfo> unusable)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            foreach (DeviceInfo other in unusable)
                logger.Unusable(other.Name, other.Reason);
        }

        logger.Opened(device.Name, device.Description);
        if (device.Remark is { } remark)
            logger.Remark(device.Name, remark);
    }

    [LoggerMessage(0, LogLevel.Debug, "The device {Name} can't be used: {Reason}.")]
    private static partial void Unusable(this ILogger logger, string name, string? reason);

    [LoggerMessage(1, LogLevel.Information, "Opened {Name}: {Description}.")]
    private static partial void Opened(this ILogger logger, string name, string description);

    [LoggerMessage(2, LogLevel.Warning, "{Name}: {Remark}")]
    private static partial void Remark(this ILogger logger, string name, string remark);
}
