namespace GanGpu;

/// <summary>
/// A device was asked for by a valid name, but it is not there or does not start, or an accelerator can't be one. The
/// message says why and what was found.
/// </summary>
public sealed class DeviceUnavailableException : GanGpuException
{
    /// <summary>Creates the exception with that message.</summary>
    public DeviceUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
