namespace GanGpu.Backends;

/// <summary>
/// Joined actions of a backend. It keeps the objects that they use alive, and must be disposed before their buffers.
/// </summary>
internal interface IReplay : IDisposable
{
    /// <summary>
    /// Whether the device gets all actions at once, so that longer sequences cost the host less per action.
    /// </summary>
    bool IsOneLaunch { get; }

    /// <summary>Issues all actions in order, without allocating or waiting.</summary>
    void Issue();
}
