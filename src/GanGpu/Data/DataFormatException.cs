namespace GanGpu.Data;

/// <summary>
/// A data file is missing, unreadable or not what it says it is. The message is safe to show on a terminal: control
/// characters of names are escaped.
/// </summary>
internal sealed class DataFormatException : InvalidInputException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="fault">What is wrong and what to do, as the rest of a sentence that begins with the path.</param>
    /// <param name="inner">What was thrown below, if anything.</param>
    public DataFormatException(string path, string fault, Exception? inner = null)
        : base(PrintableText.Of($"'{path}' {fault}"), inner) => (Path, Fault) = (path, fault);

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>The sentence after the path.</summary>
    internal string Fault { get; }
}
