using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// A number format of the tensor cores. It is a type so that it is a constant of a kernel generic over it. A word of 32
/// bits holds one factor, or two that are consecutive along k.
/// </summary>
internal interface ITensorPrecision
{
    /// <summary>Factors in a word.</summary>
    int KPerWord { get; }
}

/// <summary>TF32, m16n8k8.</summary>
internal readonly struct Tf32Precision : ITensorPrecision
{
    public int KPerWord => 1;
}

/// <summary>BF16, m16n8k16.</summary>
internal readonly struct BFloat16Precision : ITensorPrecision
{
    public int KPerWord => 2;
}

/// <summary>Four words of the tensor cores, in the registers of a fragment.</summary>
internal struct Words
{
    public uint X, Y, Z, W;
}

/// <summary>
/// Rounding to nearest in the formats of the tensor cores, by integer arithmetic, so that it is the same on every
/// device.
/// </summary>
internal static class TensorRounding
{
    /// <summary>
    /// Four words, as the bits of floats, from loads along the sides or along k. TF32 uses <paramref name="low"/>
    /// alone. BF16 pairs the factors of low with those of high if the loads run along the sides; otherwise it pairs
    /// neighbours, those of low first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Round<TPrecision>(Float4 low, Float4 high, bool alongSides)
        where TPrecision : unmanaged, ITensorPrecision
    {
        Float4 words;
        if (default(TPrecision).KPerWord == 1)
        {
            words.X = Interop.IntAsFloat(ToTf32(low.X));
            words.Y = Interop.IntAsFloat(ToTf32(low.Y));
            words.Z = Interop.IntAsFloat(ToTf32(low.Z));
            words.W = Interop.IntAsFloat(ToTf32(low.W));
        }
        else
        {
            words.X = Interop.IntAsFloat(ToBFloat16Pair(low.X, alongSides ? high.X : low.Y));
            words.Y = Interop.IntAsFloat(ToBFloat16Pair(alongSides ? low.Y : low.Z, alongSides ? high.Y : low.W));
            words.Z = Interop.IntAsFloat(ToBFloat16Pair(alongSides ? low.Z : high.X, alongSides ? high.Z : high.Y));
            words.W = Interop.IntAsFloat(ToBFloat16Pair(alongSides ? low.W : high.Z, high.W));
        }

        return words;
    }

    /// <summary>
    /// Clears the lower 13 bits, which the tensor cores may ignore: ties away from zero, NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ToTf32(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        uint rounded = (bits + 0x1000u) & 0xFFFFE000u;
        return (bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC00000u : rounded;
    }

    /// <summary>Two factors in a word, the earlier one in its lower half: ties to even, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ToBFloat16Pair(float earlier, float later) => ToBFloat16(earlier) | (ToBFloat16(later) << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ToBFloat16(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        uint rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
        return (bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC0u : rounded;
    }
}
