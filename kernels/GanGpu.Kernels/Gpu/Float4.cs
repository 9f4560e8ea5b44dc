using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Gpu;

/// <summary>
/// Four consecutive floats: the 16 bytes that a thread moves at a time. Passed by value, so that they stay in
/// registers.
/// </summary>
internal struct Float4
{
    public float X, Y, Z, W;

    public static Float4 Zero => default;

    /// <summary>c + a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Fma(float a, Float4 b, Float4 c)
    {
        Float4 sum;
        sum.X = c.X + a * b.X;
        sum.Y = c.Y + a * b.Y;
        sum.Z = c.Z + a * b.Z;
        sum.W = c.W + a * b.W;
        return sum;
    }

    /// <summary>a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Add(Float4 a, Float4 b)
    {
        Float4 sum;
        sum.X = a.X + b.X;
        sum.Y = a.Y + b.Y;
        sum.Z = a.Z + b.Z;
        sum.W = a.W + b.W;
        return sum;
    }
}
