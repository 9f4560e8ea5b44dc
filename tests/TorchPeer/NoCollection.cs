using System.Runtime;

namespace GanGpu.TorchPeer;

/// <summary>
/// Keeps the garbage collector from running while TorchSharp works. TorchSharp 0.107 makes a Scalar of every number
/// that it passes to a native call, in its Adam for one, but does not keep it alive until the call returns: a
/// collection at the wrong moment frees it while it is being read, and the call fails ("Exception raised from toFloat
/// at Scalar.h") or computes with another number. (dotnet/TorchSharp #1434 and #1496 are about these Scalars, left to
/// their finalizers.)
/// </summary>
internal readonly ref struct NoCollection : IDisposable
{
    // What may be allocated in it: many times what a step or a timed slice needs.
    private const long Allocations = 64 << 20;

    public NoCollection()
    {
        if (!GC.TryStartNoGCRegion(Allocations))
            throw new InvalidOperationException("There is not enough memory to hold off the garbage collector.");
    }

    /// <exception cref="InvalidOperationException">There was a collection after all: the results are not to be
    /// trusted.</exception>
    public void Dispose()
    {
        if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
            throw new InvalidOperationException("More was allocated than the garbage collector was held off for.");
        GC.EndNoGCRegion();
    }
}
