using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GanGpu.Kernels.Host;

/// <summary>Eight floats (AVX2).</summary>
internal readonly unsafe struct Simd256(Vector256<float> value) : ISimd<Simd256>
{
    private readonly Vector256<float> value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    // 12 sums, two vectors of B and one of A: all of AVX2's 16 registers.
    public static int TileRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 6;
    }

    public static Simd256 GroupOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256.Create(0u, 2, 4, 6, 1, 3, 5, 7).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 LoadPart(float* source, int n) => new(Avx.MaskLoad(source, FirstLanes(n)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 LoadGroups(float* source, nint laneStride) =>
        new(Vector256.Create(Vector128.Load(source), Vector128.Load(source + laneStride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 LoadBytes(byte* source) =>
        new(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StorePart(float* target, int n) => Avx.MaskStore(target, FirstLanes(n), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Splat(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 SplatBits(uint value) => new(Vector256.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator &(Simd256 a, Simd256 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator |(Simd256 a, Simd256 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator ^(Simd256 a, Simd256 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Fma(Simd256 a, Simd256 b, Simd256 c) =>
        new(Vector256.MultiplyAddEstimate(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Sqrt(Simd256 a) => new(Vector256.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 SqrtOfNormal(Simd256 a) => Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Quotient(Simd256 a, Simd256 b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Abs(Simd256 a) => new(Vector256.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Min(Simd256 a, Simd256 b) => new(Vector256.MinNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Max(Simd256 a, Simd256 b) => new(Vector256.MaxNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 WhereGreater(Simd256 a, Simd256 b, Simd256 then, Simd256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Simd256 a) => Vector256.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 AddBits(Simd256 a, Simd256 b) => new((a.value.AsUInt32() + b.value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 SubtractBits(Simd256 a, Simd256 b) =>
        new((a.value.AsUInt32() - b.value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyBits(Simd256 a, Simd256 b, out Simd256 high)
    {
        // The instruction multiplies even lanes; the odd ones are shifted down and multiplied next.
        Vector256<ulong> even = Avx2.Multiply(a.value.AsUInt32(), b.value.AsUInt32());
        Vector256<ulong> odd =
            Avx2.Multiply((a.value.AsUInt64() >> 32).AsUInt32(), (b.value.AsUInt64() >> 32).AsUInt32());
        Vector256<ulong> lowHalves = Vector256.Create(0xFFFFFFFFul);
        high = new((even >> 32 | Vector256.AndNot(odd, lowHalves)).AsSingle());
        return new((even & lowHalves | odd << 32).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ShiftLeft(Simd256 a, int bits) => new((a.value.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ShiftRight(Simd256 a, int bits) => new((a.value.AsUInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ShiftRightSigned(Simd256 a, int bits) => new((a.value.AsInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ToFloat(Simd256 a) => new(Vector256.ConvertToSingle(a.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeGroups(ref Simd256 a, ref Simd256 b, ref Simd256 c, ref Simd256 d)
    {
        Vector256<double> ab0 = Avx.UnpackLow(a.value, b.value).AsDouble(),
            ab1 = Avx.UnpackHigh(a.value, b.value).AsDouble();
        Vector256<double> cd0 = Avx.UnpackLow(c.value, d.value).AsDouble(),
            cd1 = Avx.UnpackHigh(c.value, d.value).AsDouble();
        a = new(Avx.UnpackLow(ab0, cd0).AsSingle());
        b = new(Avx.UnpackHigh(ab0, cd0).AsSingle());
        c = new(Avx.UnpackLow(ab1, cd1).AsSingle());
        d = new(Avx.UnpackHigh(ab1, cd1).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FirstLanes(int n) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(n)).AsSingle();
}
