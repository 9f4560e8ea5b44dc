namespace GanGpu.Data;

/// <summary>How <see cref="DataFetch"/> downloads.</summary>
internal sealed record FetchOptions
{
    /// <summary>The folder for caches; null for <see cref="CacheFolder.Location"/>.</summary>
    public string? Cache { get; init; }

    /// <summary>An https address with the same files, tried before the known mirrors; null for none.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>How long a server may send nothing; more than 0.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Times that one mirror is asked for a file before the next is, at least 1; each goes on where the last one
    /// stopped.
    /// </summary>
    public int Attempts { get; init; } = 3;

    /// <summary>From one attempt to the next; twice as long each time.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Makes what speaks to servers; a test's own certificate would not be trusted otherwise.</summary>
    internal Func<SocketsHttpHandler> Handler { get; init; } = () => new SocketsHttpHandler();

    /// <summary>What <see cref="Patience"/> is measured by.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}
