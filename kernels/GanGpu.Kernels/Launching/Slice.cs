namespace GanGpu.Kernels.Launching;

/// <summary>
/// A contiguous part of a device buffer. The slice of a tensor starts at a multiple of <see cref="Alignment"/>
/// elements, unless the tensor is a range of rows of another one.
/// </summary>
internal readonly record struct Slice<T>(DeviceBuffer<T> Buffer, int Offset, int Length)
    where T : unmanaged
{
    /// <summary>256 bytes in floats: the alignment that ILGPU's CUDA code assumes of every view.</summary>
    public const int Alignment = 64;

    /// <summary>A length up to where the next slice may start.</summary>
    public static int Aligned(int length) => checked(length + Alignment - 1) / Alignment * Alignment;

    public Slice<T> Part(int offset, int length) => new(Buffer, Offset + offset, length);
}
