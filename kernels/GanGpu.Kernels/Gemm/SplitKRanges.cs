using System.Runtime.CompilerServices;
using GanGpu.Kernels.Convolution;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Divides K into ranges, one per slice of the grid; each slice leaves partial sums that are added afterwards.
/// </summary>
internal readonly struct SplitKRanges
{
    /// <summary>
    /// Ranges begin at multiples of it, so that no round of a kernel and no load of four floats crosses two ranges.
    /// </summary>
    private const int Granularity = 32;

    private readonly Divisor divisor;
    private readonly int count;

    public SplitKRanges(int count)
    {
        divisor = new(count);
        this.count = count;
    }

    /// <summary>The index of a slice's range of K.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Split(int slice) => divisor.Remainder(slice, Whole(slice));

    /// <summary>The index of the product that a slice belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Whole(int slice) => divisor.Quotient(slice);

    /// <summary>The first k of a range; its end is the beginning of the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Begin(int split, int k)
    {
        int first = split * ((divisor.Quotient(k + count - 1) + Granularity - 1) & -Granularity);
        return first < k ? first : k;
    }
}
