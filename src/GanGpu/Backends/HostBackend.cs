using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>The processor as a backend: vectorised code on a team of threads. Launches run at once, in the caller.</summary>
internal abstract class HostBackend(int threads) : IDisposable
{
    /// <summary>Buffers allocated and not yet disposed.</summary>
    public long LiveBufferCount;

    /// <summary>The threads that share a launch.</summary>
    protected ThreadTeam Team { get; } = new(threads);

    /// <summary>The backend for the widest vectors that the processor has.</summary>
    /// <param name="threads">Threads, the caller's included; 0 for one a processor.</param>
    public static IBackend Create(int threads) => SimdWidth.Bits switch
    {
        512 => new HostBackend<Simd512>(threads),
        256 => new HostBackend<Simd256>(threads),
        _ => new HostBackend<Simd128>(threads),
    };

    public virtual void Dispose() => Team.Dispose();
}
