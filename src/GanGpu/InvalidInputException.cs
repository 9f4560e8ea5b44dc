namespace GanGpu;

/// <summary>
/// Something the user gave is wrong: a file, a name, an option. The message is one sentence that says what is wrong,
/// where, and what to do; a program shows it as it is.
/// </summary>
public class InvalidInputException : GanGpuException
{
    /// <summary>Creates the exception with that sentence.</summary>
    public InvalidInputException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>What would help, for a program that can say how it is asked for.</summary>
    internal Remedy Remedy { get; init; }
}

/// <summary>What helps against an input that was refused.</summary>
internal enum Remedy
{
    /// <summary>What the message says.</summary>
    None,

    /// <summary>Another folder for the run.</summary>
    OtherFolder,

    /// <summary>Going on with the run that is there, starting over, or another folder.</summary>
    ResumeOrOtherFolder,

    /// <summary>Choosing a best checkpoint while it is trained.</summary>
    ChooseBest,

    /// <summary>Downloading a data set.</summary>
    Fetch,

    /// <summary>Making a checkpoint of weights for another program.</summary>
    Import,
}
