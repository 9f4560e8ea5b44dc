namespace GanGpu;

/// <summary>A device had not enough memory. The device stays usable.</summary>
public sealed class DeviceOutOfMemoryException : GanGpuException
{
    /// <summary>Creates the exception with a message that names the device and the bytes asked for.</summary>
    public DeviceOutOfMemoryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
