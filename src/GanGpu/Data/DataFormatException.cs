namespace GanGpu.Data;

/// <summary>A data file is missing, unreadable or not what it says it is.</summary>
public sealed class DataFormatException : InvalidInputException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="fault">What is wrong and what to do, as the rest of a sentence that begins with the path.</param>
    /// <param name="inner">What was thrown below, if anything.</param>
    public DataFormatException(string path, string fault, Exception? inner = null)
        : base($"'{path}' {fault}", inner) => Path = path;

    /// <summary>The file or folder.</summary>
    public string Path { get; }
}
