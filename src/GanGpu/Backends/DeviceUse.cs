namespace GanGpu.Backends;

/// <summary>Takes the turns of an object that owns memory of a device, until the object ends.</summary>
/// <param name="backend">The device.</param>
/// <param name="user">The object, which keeps everything that it owns alive.</param>
internal sealed class DeviceUse(IBackend backend, object user)
{
    private volatile bool ended;

    /// <summary>Whether the object's memory is on a device.</summary>
    public bool IsOn(IBackend other) => ReferenceEquals(backend, other);

    /// <summary>Waits for the turn.</summary>
    /// <exception cref="ObjectDisposedException">The object was disposed, or its device was.</exception>
    public DeviceTurn Turn()
    {
        // Checked before as well: if both were disposed, the exception names the object rather than the device.
        ThrowIfEnded();
        DeviceTurn turn = backend.Turn(user);
        if (!ended)
            return turn;
        turn.Dispose();
        throw new ObjectDisposedException(user.GetType().FullName);
    }

    /// <exception cref="ObjectDisposedException">The object was disposed.</exception>
    public void ThrowIfEnded() => ObjectDisposedException.ThrowIf(ended, user);

    /// <summary>Waits for the current turn and frees what the object owns, once.</summary>
    public void End(Action free)
    {
        if (ended)
            return;
        using DeviceTurn turn = backend.Turns.TakeToDispose(user);
        if (ended)
            return;
        ended = true;
        free();
    }

    /// <summary>Like <see cref="End"/>, without blocking the caller's thread.</summary>
    public ValueTask EndAsync(Action free) => ended ? ValueTask.CompletedTask : new(Task.Run(() => End(free)));
}
