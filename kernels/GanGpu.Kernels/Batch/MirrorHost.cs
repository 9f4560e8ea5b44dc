using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// Mirrors rows of pixels of up to 16 bytes each, as many pixels at a time as a vector of 16 bytes holds.
/// </summary>
internal readonly unsafe struct MirrorHost
{
    /// <summary>The most bytes a pixel may have.</summary>
    public const int MostChannels = 16;

    private readonly int channels;

    /// <summary>Bytes of the whole pixels that fit into a vector.</summary>
    private readonly int block;

    /// <summary>
    /// The shuffles for a vector's last pixels and for its first ones; they are the same if pixels fill the vector.
    /// </summary>
    private readonly Vector128<byte> last, first;

    /// <param name="channels">Bytes of a pixel, 1 to 16.</param>
    public MirrorHost(int channels)
    {
        this.channels = channels;
        block = Vector128<byte>.Count / channels * channels;
        byte* indices = stackalloc byte[Vector128<byte>.Count];
        for (int i = 0; i < Vector128<byte>.Count; i++)
            indices[i] = (byte)(i < block ? block - channels - (i / channels * channels) + (i % channels) : 0);
        first = Vector128.Load(indices);
        last = first + Vector128.Create((byte)(Vector128<byte>.Count - block));
    }

    /// <summary>
    /// Mirrors the n bytes at source, which are whole pixels. May write up to 15 bytes past target + n, and reads
    /// nothing outside the n bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(byte* source, int n, byte* target)
    {
        if (n < Vector128<byte>.Count)
        {
            for (int i = 0; i < n; i += channels)
            {
                for (int c = 0; c < channels; c++)
                    target[i + c] = source[n - channels - i + c];
            }

            return;
        }

        for (int i = 0; i <= n - Vector128<byte>.Count; i += block)
            Vector128.Shuffle(Vector128.Load(source + n - i - Vector128<byte>.Count), last).Store(target + i);
        // Fewer bytes than a vector are left: one more vector, which overlaps pixels that are done.
        Vector128.Shuffle(Vector128.Load(source), first).Store(target + n - block);
    }
}
