using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;

namespace GanGpu.Backends;

/// <summary>
/// A device as the planner sees it: memory, and launches that are bound once, to the buffers they will always use.
/// </summary>
internal interface IBackend : IDisposable
{
    /// <summary>
    /// The order in which those who use the device come to it. Binding, issuing and waiting want the turn; buffers take
    /// it themselves.
    /// </summary>
    DeviceTurns Turns { get; }

    /// <summary>
    /// Waits for the turn, and makes the device that of this thread; see <see cref="DeviceTurns.Take"/>.
    /// </summary>
    DeviceTurn Turn(object user);

    /// <summary>
    /// What the rows of a product count for where its kernel is chosen by them, until it is set back to 1: see
    /// <see cref="KernelLoader.RowsFactor"/>. Wants the turn.
    /// </summary>
    int RowsFactor { get; set; }

    /// <summary>
    /// Uninitialised device memory. Throws <see cref="DeviceOutOfMemoryException"/> where there is not enough.
    /// </summary>
    DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged;

    /// <summary>Buffers allocated and not yet disposed, without a backend's own scratch memory.</summary>
    long LiveBuffers { get; }

    /// <summary>What its user should know of how it works on this machine; null where there is nothing.</summary>
    string? Remark { get; }

    /// <summary>
    /// Actions made one: on CUDA they are captured into a graph, which must hold no copies and nothing that waits;
    /// elsewhere, and where that fails (<see cref="Remark"/> says so then), they are issued one by one. None of them
    /// runs here.
    /// </summary>
    IReplay Sequence(IReadOnlyList<Action> actions);

    /// <summary>Bytes of the buffers, and of a backend's own scratch memory.</summary>
    long AllocatedBytes { get; }

    /// <summary>Bytes that can still be allocated, as far as the device tells.</summary>
    long FreeBytes { get; }

    /// <summary>The most bytes that one buffer can have, however many are free.</summary>
    long LargestBlock { get; }

    /// <summary>What of the free bytes can be lost to the rounding of blocks and to the driver.</summary>
    long ReservedBytes { get; }

    /// <summary>Whether the device has memory of its own, that the host fills by copying.</summary>
    bool HasOwnMemory { get; }

    /// <summary>
    /// A way for at most so many bytes at a time to a device that has memory of its own. It is to be disposed before
    /// the backend.
    /// </summary>
    Upload OpenUpload(int bytes);

    /// <summary>Waits until everything issued has finished.</summary>
    void Synchronize();

    /// <summary>
    /// Issues actions in order and waits for them: the microseconds from the end of each one's predecessor to its own
    /// end, by the device's clock where it has one.
    /// </summary>
    double[] Time(IReadOnlyList<Action> actions);

    /// <summary>
    /// Multiply-adds that touch no memory, as many at a time as the device can do, and how many operations one call is.
    /// </summary>
    (Action Issue, double Flops) ArithmeticPeak();

    /// <summary>
    /// An action that issues a launch, in order with all others of this backend, and allocates nothing. The operands
    /// are checked here.
    /// </summary>
    Action Bind<TLaunch>(TLaunch launch)
        where TLaunch : struct, ILaunch;
}
