namespace GanGpu.Data;

/// <summary>
/// A file could not be downloaded. The message is one sentence for the user: what failed, where, and what to do.
/// </summary>
internal sealed class DownloadException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">That sentence.</param>
    /// <param name="inner">What was thrown below, if anything.</param>
    public DownloadException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
