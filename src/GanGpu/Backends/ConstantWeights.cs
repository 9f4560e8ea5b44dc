using GanGpu.Kernels.Launching;

namespace GanGpu.Backends;

/// <summary>
/// Weights on the processor that never change, and copies of them in the orders that kernels read them in, each made
/// once for all that is bound.
/// </summary>
/// <remarks>Safe for use from several threads.</remarks>
/// <param name="host">The device.</param>
/// <param name="buffers">What the weights are in.</param>
internal sealed class ConstantWeights(HostBackend host, params DeviceBuffer<float>[] buffers) : IDisposable
{
    private readonly Dictionary<(Slice<float> Tensor, object Order), HostBuffer<float>> copies = [];

    /// <summary>Where the copy of a tensor is, see <see cref="IHost.Reordered"/>; null if the tensor can change, or there
    /// is no memory for a copy that is kept.</summary>
    public unsafe nint? Reordered(Slice<float> tensor, object order, int length, Func<nint, Action> bind)
    {
        if (!buffers.Contains(tensor.Buffer))
            return null;
        lock (copies)
        {
            if (copies.TryGetValue((tensor, order), out HostBuffer<float>? known))
                return (nint)known.Address;
            HostBuffer<float> made;
            try
            {
                made = new HostBuffer<float>(host, length);
            }
            catch (DeviceOutOfMemoryException)
            {
                return null;
            }

            copies.Add((tensor, order), made);
            bind((nint)made.Address)();
            return (nint)made.Address;
        }
    }

    public void Dispose()
    {
        foreach (HostBuffer<float> copy in copies.Values)
            copy.Dispose();
    }
}
