using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GanGpu.Kernels;

/// <summary>16 floats: AVX-512.</summary>
internal readonly unsafe struct Simd512(Vector512<float> lanes) : ISimd<Simd512>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> lanes = lanes;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    [MethodImpl(Inline)]
    public static Simd512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Inline)]
    public static Simd512 Splat(float value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static void Store(Simd512 value, float* target) => value.lanes.Store(target);

    [MethodImpl(Inline)]
    public static Simd512 Fma(Simd512 a, Simd512 b, Simd512 c) => new(Vector512.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    [MethodImpl(Inline)]
    public static Simd512 Sqrt(Simd512 x) => new(Vector512.Sqrt(x.lanes));

    [MethodImpl(Inline)]
    public static Simd512 Abs(Simd512 x) => new(Vector512.Abs(x.lanes));

    [MethodImpl(Inline)]
    public static Simd512 Round(Simd512 x) => new(Vector512.Round(x.lanes));

    [MethodImpl(Inline)]
    public static Simd512 WhereGreater(Simd512 a, Simd512 b, Simd512 yes, Simd512 no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.lanes, b.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static Simd512 ScaleByPowerOfTwo(Simd512 x, Simd512 n) =>
        new(x.lanes * ((Vector512.ConvertToInt32(n.lanes) + Vector512.Create(FloatBits.ExponentBias)) << FloatBits.MantissaBits).AsSingle());

    [MethodImpl(Inline)]
    public static Simd512 Mantissa(Simd512 x, out Simd512 exponent)
    {
        Vector512<int> offset = x.lanes.AsInt32() - Vector512.Create(FloatBits.SqrtHalf);
        exponent = new(Vector512.ConvertToSingle(offset >> FloatBits.MantissaBits));
        return new(((offset & Vector512.Create(FloatBits.MantissaMask)) + Vector512.Create(FloatBits.SqrtHalf)).AsSingle());
    }

    [MethodImpl(Inline)]
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a.lanes + b.lanes);

    [MethodImpl(Inline)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a.lanes - b.lanes);

    [MethodImpl(Inline)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a.lanes * b.lanes);

    [MethodImpl(Inline)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a.lanes / b.lanes);
}
