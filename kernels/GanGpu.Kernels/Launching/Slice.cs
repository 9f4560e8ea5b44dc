namespace GanGpu.Kernels.Launching;

/// <summary>
/// A contiguous part of a device buffer. Slices that hold a tensor start at a multiple of <see cref="Alignment"/>
/// elements, except where a tensor is a row range of another one.
/// </summary>
internal readonly record struct Slice<T>(DeviceBuffer<T> Buffer, int Offset, int Length)
    where T : unmanaged
{
    /// <summary>256 bytes of floats: what ILGPU's CUDA code assumes of every view it is passed.</summary>
    public const int Alignment = 64;

    public Slice<T> Part(int offset, int length) => new(Buffer, Offset + offset, length);
}
