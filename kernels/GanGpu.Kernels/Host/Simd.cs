using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GanGpu.Kernels.Host;

/// <summary>
/// A vector of floats, so that each host kernel is written once for every width. Operations on bits treat the lanes as
/// 32-bit integers and move them unchanged in the float vector.
/// </summary>
internal unsafe interface ISimd<TSelf>
    where TSelf : struct, ISimd<TSelf>
{
    /// <summary>Lanes; a multiple of 4.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of C that the matrix product's register tile may hold, two vectors each.</summary>
    static abstract int TileRows { get; }

    static abstract TSelf Load(float* source);

    /// <summary>Loads the first n lanes, 0 &lt; n &lt; Count; the other lanes are 0. Reads nothing past them.</summary>
    static abstract TSelf LoadPart(float* source, int n);

    /// <summary>
    /// Loads four floats for every group of four lanes; the groups are laneStride floats apart in memory.
    /// </summary>
    static abstract TSelf LoadGroups(float* source, nint laneStride);

    /// <summary>Loads Count bytes as numbers 0..255.</summary>
    static abstract TSelf LoadBytes(byte* source);

    void Store(float* target);

    /// <summary>Stores the first n lanes, 0 &lt; n &lt; Count, and touches nothing past them.</summary>
    void StorePart(float* target, int n);

    static abstract TSelf Splat(float value);

    static abstract TSelf SplatBits(uint value);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Bits.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>Bits.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>Bits.</summary>
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>a·b + c, rounded once if the processor can.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    /// <summary>√a of normal a, at most 1 ulp off; much faster if the processor has good estimates.</summary>
    static abstract TSelf SqrtOfNormal(TSelf a);

    /// <summary>a / b, at most 1 ulp off if neither b nor the quotient is denormal, infinite or nearly so.</summary>
    static abstract TSelf Quotient(TSelf a, TSelf b);

    static abstract TSelf Abs(TSelf a);

    /// <summary>The minimum; b, or NaN, if either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The maximum; b, or NaN, if either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>a &gt; b ? then : otherwise, per lane; otherwise if either is NaN.</summary>
    static abstract TSelf WhereGreater(TSelf a, TSelf b, TSelf then, TSelf otherwise);

    /// <summary>The sum of the lanes, in an order that depends on the width only.</summary>
    static abstract float Sum(TSelf a);

    /// <summary>Bits: a + b, wrapping.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>Bits: a − b, wrapping.</summary>
    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    /// <summary>Bits: the 64-bit products a·b of unsigned lanes as two halves.</summary>
    static abstract TSelf MultiplyBits(TSelf a, TSelf b, out TSelf high);

    static abstract TSelf ShiftLeft(TSelf a, int bits);

    static abstract TSelf ShiftRight(TSelf a, int bits);

    static abstract TSelf ShiftRightSigned(TSelf a, int bits);

    /// <summary>The lanes, as signed integers, converted to floats.</summary>
    static abstract TSelf ToFloat(TSelf a);

    /// <summary>Transposes the 4x4 matrices that the four vectors form in each group of four lanes.</summary>
    static abstract void TransposeGroups(ref TSelf a, ref TSelf b, ref TSelf c, ref TSelf d);

    /// <summary>
    /// Bits: the order of the lanes with which <see cref="TransposeGroups"/> leaves them sorted: lane 4g + p holds
    /// p·(Count/4) + g.
    /// </summary>
    static abstract TSelf GroupOrder { get; }
}

/// <summary>The width of this machine's vectors.</summary>
internal static unsafe class Simd
{
    /// <summary>Bytes of a cache line.</summary>
    public const int CacheLine = 64;

    /// <summary>
    /// Floats in the widest vector worth using. 16 only if the processor keeps its clock rate with 512-bit vectors,
    /// which IsHardwareAccelerated tells.
    /// </summary>
    public static int Width =>
        Vector512.IsHardwareAccelerated ? Simd512.Count : Vector256.IsHardwareAccelerated ? Simd256.Count
            : Simd128.Count;

    /// <summary>Prefetches the cache line of an address, which need not be mapped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
