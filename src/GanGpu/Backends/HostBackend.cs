using System.Diagnostics;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;

namespace GanGpu.Backends;

/// <summary>
/// The processor itself: every operation uses the widest vectors that it has, on a team of threads. An action is done
/// when it returns. Results depend on the vector width, not on the number of threads.
/// </summary>
internal sealed unsafe class HostBackend : IBackend, IHost
{
    /// <summary>Whose buffers it works on, itself or that which opened the lane.</summary>
    private readonly HostBackend owner;

    private readonly List<HostBuffer<float>> scratch = [];

    /// <summary>Counted by the buffers, from any thread that allocates or disposes one.</summary>
    internal long LiveBufferCount;

    /// <param name="threads">Threads including the caller's; 0 for one per processor.</param>
    /// <param name="memoryLimit">The most bytes that buffers may take; null for all that the process can have.</param>
    /// <param name="firstLevelBytes">The first-level cache that kernels assume; null for the processor's own.</param>
    public HostBackend(int threads = 0, long? memoryLimit = null, int? firstLevelBytes = null)
    {
        owner = this;
        Team = new ThreadTeam(threads, firstLevelBytes);
        Memory = new("cpu", memoryLimit);
        Freed = bytes =>
        {
            Memory.Give(bytes);
            Interlocked.Decrement(ref LiveBufferCount);
        };
    }

    private HostBackend(HostBackend owner)
    {
        (this.owner, Memory, Freed) = (owner, owner.Memory, owner.Freed);
        Team = new ThreadTeam(1, owner.Team.FirstLevelBytes);
    }

    /// <summary>Called with the bytes of each block that is freed.</summary>
    internal Action<long> Freed { get; }

    /// <summary>The bytes of the buffers.</summary>
    internal MemoryBudget Memory { get; }

    /// <summary>The threads that everything runs on.</summary>
    public ThreadTeam Team { get; }

    public DeviceTurns Turns { get; } = new();

    public DeviceTurn Turn(object user) => Turns.Take(user);

    public int RowsFactor { get; set; } = 1;

    /// <summary>
    /// The weights that never change, for what is bound until it is set back to null. Requires the turn.
    /// </summary>
    public ConstantWeights? Constants { get; set; }

    public long LiveBuffers => Interlocked.Read(ref LiveBufferCount);

    public long AllocatedBytes => Memory.Used;

    // The memory of the machine or the container; how much of it others use can change at any time.
    public long FreeBytes => Memory.Left ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Memory.Used);

    public long LargestBlock => long.MaxValue;

    public long ReservedBytes => 0;

    public bool HasOwnMemory => false;

    public Upload OpenUpload(int bytes) => new HostUpload(bytes);

    public DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged => new HostBuffer<T>(owner, length);

    /// <summary>
    /// A backend of one thread, the caller's, with scratch memory of its own, that works on the same buffers beside
    /// this one. It takes no turns; what it writes is nobody else's.
    /// </summary>
    public HostBackend OpenLane() => new(owner);

    public string? Remark => null;

    public IReplay Sequence(IReadOnlyList<Action> actions) => new IssuedSingly(actions);

    public void Synchronize()
    {
    }

    public double[] Time(IReadOnlyList<Action> actions)
    {
        double[] microseconds = new double[actions.Count];
        long before = Stopwatch.GetTimestamp();
        for (int i = 0; i < microseconds.Length; i++)
        {
            actions[i]();
            long after = Stopwatch.GetTimestamp();
            microseconds[i] = (after - before) * 1e6 / Stopwatch.Frequency;
            before = after;
        }

        return microseconds;
    }

    public (Action Issue, double Flops) ArithmeticPeak() =>
        (ArithmeticPeakHost.Bind(Team), ArithmeticPeakHost.Flops(Team));

    public Action Bind<TLaunch>(TLaunch launch)
        where TLaunch : struct, ILaunch
    {
        launch.Check();
        return launch.Bind((IHost)this);
    }

    public void Dispose()
    {
        FreeScratch();
        Team.Dispose();
    }

    public T* Address<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Buffer is not HostBuffer<T> buffer || buffer.Backend != owner)
            throw new ArgumentException("A buffer passed to cpu belongs to another device.");
        LaunchChecks.Inside(slice);
        return buffer.Address + slice.Offset;
    }

    /// <summary>
    /// At least this many floats, aligned to a cache line; null for a length of 0. It grows by doubling, and smaller
    /// blocks are kept, since actions bound earlier use them.
    /// </summary>
    public float* Scratch(int length)
    {
        if (length == 0)
            return null;
        if (scratch.Count == 0 || scratch[^1].Length < length)
        {
            scratch.Add(
                new HostBuffer<float>(owner, scratch.Count == 0 ? length
                    : (int)Math.Max(length, Math.Min(2L * scratch[^1].Length, int.MaxValue))));
            // Scratch memory is not a user's buffer.
            Interlocked.Decrement(ref owner.LiveBufferCount);
        }

        return scratch[^1].Address;
    }

    public (nint Copy, Action? Renew) Reordered(
        Slice<float> tensor, object order, int length, Func<nint, Action> bind)
    {
        if (Constants?.Reordered(tensor, order, length, bind) is { } kept)
            return (kept, null);
        nint copy = (nint)Scratch(length);
        return (copy, bind(copy));
    }

    private void FreeScratch()
    {
        foreach (HostBuffer<float> block in scratch)
        {
            Interlocked.Increment(ref owner.LiveBufferCount);
            block.Dispose();
        }

        scratch.Clear();
    }
}
