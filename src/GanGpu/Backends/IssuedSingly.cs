namespace GanGpu.Backends;

/// <summary>A sequence whose actions are issued one by one, which every device can do.</summary>
internal sealed class IssuedSingly(IReadOnlyList<Action> actions) : IReplay
{
    private readonly Action[] actions = [.. actions];
    private bool disposed;

    public bool IsOneLaunch => false;

    public void Issue()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        foreach (Action action in actions)
            action();
    }

    public void Dispose() => disposed = true;
}
