namespace GanGpu;

/// <summary>
/// Something the user gave is wrong: a file, a name, an option. The message is one sentence that says what is wrong,
/// where, and what to do; a program shows it as it is.
/// </summary>
public class InvalidInputException : Exception
{
    /// <summary>Creates the exception with that sentence.</summary>
    public InvalidInputException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
