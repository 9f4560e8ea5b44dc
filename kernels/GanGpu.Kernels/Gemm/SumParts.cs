using System.Runtime.CompilerServices;
using GanGpu.Kernels.Convolution;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The terms of a product that are shared among slices, each of which leaves sums of its own, to be added up
/// afterwards.
/// </summary>
internal readonly struct SumParts
{
    /// <summary>
    /// Where parts begin is a multiple of it: no round of a kernel, and no run of four, reaches over two.
    /// </summary>
    private const int Granularity = 32;

    private readonly Divisor parts;
    private readonly int count;

    public SumParts(int count)
    {
        parts = new(count);
        this.count = count;
    }

    /// <summary>Which part a slice is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Part(int slice) => parts.Remainder(slice, Whole(slice));

    /// <summary>What a slice is a part of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Whole(int slice) => parts.Quotient(slice);

    /// <summary>The first of a part's terms; its end is the next part's first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(int part, int terms)
    {
        int first = part * ((parts.Quotient(terms + count - 1) + Granularity - 1) & -Granularity);
        return first < terms ? first : terms;
    }
}
