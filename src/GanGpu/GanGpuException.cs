namespace GanGpu;

/// <summary>
/// What this library throws where neither a program's code nor the system is at fault: bad input, a device that can't
/// be used or is full, a training that diverged. The message is one sentence for the user. Wrong arguments are an
/// <see cref="ArgumentException"/>, what can't be written an <see cref="IOException"/>.
/// </summary>
public abstract class GanGpuException : Exception
{
    /// <summary>Creates the exception with that sentence.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="inner">What was thrown below, if anything.</param>
    protected GanGpuException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
