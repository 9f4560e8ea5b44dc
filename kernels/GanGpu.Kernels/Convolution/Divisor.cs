using System.Numerics;
using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// Division by a number that is known before the kernel runs, as a multiplication and a shift: a GPU has no instruction
/// for integer division. Exact for 0 ≤ n &lt; 2^31 (Granlund and Montgomery 1994, figure 4.1: ⌊n / d⌋ = ⌊(⌊m · n /
/// 2^32⌋ + n) / 2^s⌋ with s = ⌈log2 d⌉).
/// </summary>
internal readonly struct Divisor
{
    private readonly uint multiplier;
    private readonly int divisor, shift;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="divisor"/> is below 1.</exception>
    public Divisor(int divisor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(divisor);
        this.divisor = divisor;
        shift = divisor == 1 ? 0 : BitOperations.Log2((uint)divisor - 1) + 1;
        multiplier = (uint)(((((1UL << shift) - (ulong)divisor) << 32) / (ulong)divisor) + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Quotient(int n) => (int)(((uint)(((ulong)(uint)n * multiplier) >> 32) + (uint)n) >> shift);

    /// <summary>The remainder of n, whose quotient is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Remainder(int n, int quotient) => n - quotient * divisor;
}
