using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Four floats side by side: the 16 bytes that a thread moves at a time. Passed by value, so that they stay in
/// registers.
/// </summary>
internal struct Quad
{
    public float X, Y, Z, W;

    public static Quad Zero => default;

    /// <summary>c + a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Fma(float a, Quad b, Quad c)
    {
        Quad sum;
        sum.X = c.X + a * b.X;
        sum.Y = c.Y + a * b.Y;
        sum.Z = c.Z + a * b.Z;
        sum.W = c.W + a * b.W;
        return sum;
    }

    /// <summary>a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Add(Quad a, Quad b)
    {
        Quad sum;
        sum.X = a.X + b.X;
        sum.Y = a.Y + b.Y;
        sum.Z = a.Z + b.Z;
        sum.W = a.W + b.W;
        return sum;
    }
}
