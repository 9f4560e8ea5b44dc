namespace GanGpu.Backends;

/// <summary>
/// A turn on a device, from <see cref="DeviceTurns"/>; it ends when it is disposed, by the thread that took it.
/// </summary>
internal readonly ref struct DeviceTurn(DeviceTurns turns, object user)
{
    public void Dispose()
    {
        turns.Exit();
        GC.KeepAlive(user);
    }
}
