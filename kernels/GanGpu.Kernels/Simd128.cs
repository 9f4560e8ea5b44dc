using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GanGpu.Kernels;

/// <summary>4 floats: Arm's vectors, SSE, and the fallback everywhere else.</summary>
internal readonly unsafe struct Simd128(Vector128<float> lanes) : ISimd<Simd128>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<float> lanes = lanes;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    [MethodImpl(Inline)]
    public static Simd128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(Inline)]
    public static Simd128 Splat(float value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static void Store(Simd128 value, float* target) => value.lanes.Store(target);

    [MethodImpl(Inline)]
    public static Simd128 Fma(Simd128 a, Simd128 b, Simd128 c) => new(Vector128.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    [MethodImpl(Inline)]
    public static Simd128 Sqrt(Simd128 x) => new(Vector128.Sqrt(x.lanes));

    [MethodImpl(Inline)]
    public static Simd128 Abs(Simd128 x) => new(Vector128.Abs(x.lanes));

    [MethodImpl(Inline)]
    public static Simd128 Round(Simd128 x) => new(Vector128.Round(x.lanes));

    [MethodImpl(Inline)]
    public static Simd128 WhereGreater(Simd128 a, Simd128 b, Simd128 yes, Simd128 no) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.lanes, b.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static Simd128 ScaleByPowerOfTwo(Simd128 x, Simd128 n) =>
        new(x.lanes * ((Vector128.ConvertToInt32(n.lanes) + Vector128.Create(FloatBits.ExponentBias)) << FloatBits.MantissaBits).AsSingle());

    [MethodImpl(Inline)]
    public static Simd128 Mantissa(Simd128 x, out Simd128 exponent)
    {
        Vector128<int> offset = x.lanes.AsInt32() - Vector128.Create(FloatBits.SqrtHalf);
        exponent = new(Vector128.ConvertToSingle(offset >> FloatBits.MantissaBits));
        return new(((offset & Vector128.Create(FloatBits.MantissaMask)) + Vector128.Create(FloatBits.SqrtHalf)).AsSingle());
    }

    [MethodImpl(Inline)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a.lanes + b.lanes);

    [MethodImpl(Inline)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a.lanes - b.lanes);

    [MethodImpl(Inline)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a.lanes * b.lanes);

    [MethodImpl(Inline)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a.lanes / b.lanes);
}
