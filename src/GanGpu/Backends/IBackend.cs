using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;

namespace GanGpu.Backends;

/// <summary>
/// A device as the planner sees it: memory, and launches that are bound once, to the buffers that they will always use.
/// </summary>
internal interface IBackend : IDisposable
{
    /// <summary>
    /// The turns of the device's users. Binding, issuing and waiting require the turn; buffers take it themselves.
    /// </summary>
    DeviceTurns Turns { get; }

    /// <summary>
    /// Waits for the turn, and makes the device current on this thread; see <see cref="DeviceTurns.Take"/>.
    /// </summary>
    DeviceTurn Turn(object user);

    /// <summary>
    /// Factor on the rows of a product for the choice of its kernel, until it is set back to 1: see
    /// <see cref="KernelLoader.RowsFactor"/>. Requires the turn.
    /// </summary>
    int RowsFactor { get; set; }

    /// <summary>
    /// Uninitialised device memory. Throws <see cref="DeviceOutOfMemoryException"/> if there is not enough.
    /// </summary>
    DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged;

    /// <summary>Buffers that are allocated and not yet disposed, without a backend's own scratch memory.</summary>
    long LiveBuffers { get; }

    /// <summary>A remark for the user on how the device works on this machine; null if there is none.</summary>
    string? Remark { get; }

    /// <summary>
    /// Joins actions. On CUDA they are captured into a graph, which must not contain copies or anything that waits. On
    /// other devices, and if capturing fails (<see cref="Remark"/> then says so), they are issued one by one. None of
    /// them runs here.
    /// </summary>
    IReplay Sequence(IReadOnlyList<Action> actions);

    /// <summary>Bytes of the buffers, and of a backend's own scratch memory.</summary>
    long AllocatedBytes { get; }

    /// <summary>Bytes that can still be allocated, as far as the device reports.</summary>
    long FreeBytes { get; }

    /// <summary>The most bytes that one buffer can have, however many are free.</summary>
    long LargestBlock { get; }

    /// <summary>Free bytes that may be lost to the rounding of blocks and to the driver.</summary>
    long ReservedBytes { get; }

    /// <summary>Whether the device has its own memory, which the host fills by copying.</summary>
    bool HasOwnMemory { get; }

    /// <summary>
    /// Opens a way to copy at most this many bytes at a time beside the launches. It must be disposed before the
    /// backend.
    /// </summary>
    Upload OpenUpload(int bytes);

    /// <summary>Waits until everything issued has finished.</summary>
    void Synchronize();

    /// <summary>
    /// Issues actions in order and waits for them. Returns the microseconds from the end of each action's predecessor
    /// to its own end, by the device's clock if it has one.
    /// </summary>
    double[] Time(IReadOnlyList<Action> actions);

    /// <summary>
    /// Multiply-adds without memory access, as many at a time as the device can do, and the number of operations of a
    /// call.
    /// </summary>
    (Action Issue, double Flops) ArithmeticPeak();

    /// <summary>
    /// An action that issues a launch, in order with all others of this backend, and allocates nothing. Checks the
    /// operands.
    /// </summary>
    Action Bind<TLaunch>(TLaunch launch)
        where TLaunch : struct, ILaunch;
}
