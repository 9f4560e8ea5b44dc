using Microsoft.Extensions.Logging;

namespace GanGpu.Cli;

/// <summary>
/// Keeps what the library warns of, such as data that the generator can't make, until there is a view to say it.
/// </summary>
internal sealed class Remarks : ILogger
{
    /// <summary>What is said of the device stands beside its name already.</summary>
    private const int OfDevice = 2;

    private readonly List<string> sentences = [];

    /// <summary>Says all that has come so far.</summary>
    public void SayTo(Views.ITrainingView view) => sentences.ForEach(view.Say);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && eventId.Id != OfDevice)
            sentences.Add(formatter(state, exception));
    }
}
