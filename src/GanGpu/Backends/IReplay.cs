namespace GanGpu.Backends;

/// <summary>
/// Actions of a backend made one. It keeps alive what they use, and is to be disposed before those buffers are.
/// </summary>
internal interface IReplay : IDisposable
{
    /// <summary>
    /// The device is handed all actions at once, so that longer sequences cost the host less per action.
    /// </summary>
    bool IsOneLaunch { get; }

    /// <summary>Issues all actions in order, allocating nothing and waiting for nothing.</summary>
    void Issue();
}
