using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GanGpu.Kernels;

/// <summary>8 floats: AVX2.</summary>
internal readonly unsafe struct Simd256(Vector256<float> lanes) : ISimd<Simd256>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> lanes = lanes;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    [MethodImpl(Inline)]
    public static Simd256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Inline)]
    public static Simd256 Splat(float value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static void Store(Simd256 value, float* target) => value.lanes.Store(target);

    [MethodImpl(Inline)]
    public static Simd256 Fma(Simd256 a, Simd256 b, Simd256 c) => new(Vector256.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    [MethodImpl(Inline)]
    public static Simd256 Sqrt(Simd256 x) => new(Vector256.Sqrt(x.lanes));

    [MethodImpl(Inline)]
    public static Simd256 Abs(Simd256 x) => new(Vector256.Abs(x.lanes));

    [MethodImpl(Inline)]
    public static Simd256 Round(Simd256 x) => new(Vector256.Round(x.lanes));

    [MethodImpl(Inline)]
    public static Simd256 WhereGreater(Simd256 a, Simd256 b, Simd256 yes, Simd256 no) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.lanes, b.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static Simd256 ScaleByPowerOfTwo(Simd256 x, Simd256 n) =>
        new(x.lanes * ((Vector256.ConvertToInt32(n.lanes) + Vector256.Create(FloatBits.ExponentBias)) << FloatBits.MantissaBits).AsSingle());

    [MethodImpl(Inline)]
    public static Simd256 Mantissa(Simd256 x, out Simd256 exponent)
    {
        Vector256<int> offset = x.lanes.AsInt32() - Vector256.Create(FloatBits.SqrtHalf);
        exponent = new(Vector256.ConvertToSingle(offset >> FloatBits.MantissaBits));
        return new(((offset & Vector256.Create(FloatBits.MantissaMask)) + Vector256.Create(FloatBits.SqrtHalf)).AsSingle());
    }

    [MethodImpl(Inline)]
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a.lanes + b.lanes);

    [MethodImpl(Inline)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a.lanes - b.lanes);

    [MethodImpl(Inline)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a.lanes * b.lanes);

    [MethodImpl(Inline)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a.lanes / b.lanes);
}
