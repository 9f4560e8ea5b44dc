using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GanGpu.Kernels.Host;

/// <summary>Sixteen floats (AVX-512).</summary>
internal readonly unsafe struct Simd512(Vector512<float> value) : ISimd<Simd512>
{
    private readonly Vector512<float> value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    // 16 sums, two vectors of B and one of A, of 32 registers.
    public static int TileRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    public static Simd512 GroupOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512.Create(0u, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 LoadPart(float* source, int n) =>
        new(Avx512F.MaskLoad(source, FirstLanes(n), Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 LoadGroups(float* source, nint laneStride) => new(Vector512.Create(
        Vector256.Create(Vector128.Load(source), Vector128.Load(source + laneStride)),
        Vector256.Create(Vector128.Load(source + 2 * laneStride), Vector128.Load(source + 3 * laneStride))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 LoadBytes(byte* source) =>
        new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StorePart(float* target, int n) => Avx512F.MaskStore(target, FirstLanes(n), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Splat(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 SplatBits(uint value) => new(Vector512.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator &(Simd512 a, Simd512 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator |(Simd512 a, Simd512 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator ^(Simd512 a, Simd512 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Fma(Simd512 a, Simd512 b, Simd512 c) =>
        new(Vector512.MultiplyAddEstimate(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Sqrt(Simd512 a) => new(Vector512.Sqrt(a.value));

    // An estimate of fourteen bits and a Newton step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 SqrtOfNormal(Simd512 a)
    {
        Simd512 inverse = new(Avx512F.ReciprocalSqrt14(a.value)), root = a * inverse;
        Simd512 residue = new(Avx512F.FusedMultiplyAddNegated(root.value, root.value, a.value));
        return Fma(inverse * Splat(0.5f), residue, root);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Quotient(Simd512 a, Simd512 b)
    {
        Simd512 inverse = new(Avx512F.Reciprocal14(b.value)), quotient = a * inverse;
        Simd512 residue = new(Avx512F.FusedMultiplyAddNegated(quotient.value, b.value, a.value));
        return Fma(residue, inverse, quotient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Abs(Simd512 a) => new(Vector512.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Min(Simd512 a, Simd512 b) => new(Vector512.MinNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Max(Simd512 a, Simd512 b) => new(Vector512.MaxNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 WhereGreater(Simd512 a, Simd512 b, Simd512 then, Simd512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Simd512 a) => Vector512.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 AddBits(Simd512 a, Simd512 b) => new((a.value.AsUInt32() + b.value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 SubtractBits(Simd512 a, Simd512 b) =>
        new((a.value.AsUInt32() - b.value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyBits(Simd512 a, Simd512 b, out Simd512 high)
    {
        // The instruction multiplies even lanes; the odd ones are shifted down and multiplied next.
        Vector512<ulong> even = Avx512F.Multiply(a.value.AsUInt32(), b.value.AsUInt32());
        Vector512<ulong> odd =
            Avx512F.Multiply((a.value.AsUInt64() >> 32).AsUInt32(), (b.value.AsUInt64() >> 32).AsUInt32());
        Vector512<ulong> lowHalves = Vector512.Create(0xFFFFFFFFul);
        high = new((even >> 32 | Vector512.AndNot(odd, lowHalves)).AsSingle());
        return new((even & lowHalves | odd << 32).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 ShiftLeft(Simd512 a, int bits) => new((a.value.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 ShiftRight(Simd512 a, int bits) => new((a.value.AsUInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 ShiftRightSigned(Simd512 a, int bits) => new((a.value.AsInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 ToFloat(Simd512 a) => new(Vector512.ConvertToSingle(a.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeGroups(ref Simd512 a, ref Simd512 b, ref Simd512 c, ref Simd512 d)
    {
        Vector512<double> ab0 = Avx512F.UnpackLow(a.value, b.value).AsDouble(),
            ab1 = Avx512F.UnpackHigh(a.value, b.value).AsDouble();
        Vector512<double> cd0 = Avx512F.UnpackLow(c.value, d.value).AsDouble(),
            cd1 = Avx512F.UnpackHigh(c.value, d.value).AsDouble();
        a = new(Avx512F.UnpackLow(ab0, cd0).AsSingle());
        b = new(Avx512F.UnpackHigh(ab0, cd0).AsSingle());
        c = new(Avx512F.UnpackLow(ab1, cd1).AsSingle());
        d = new(Avx512F.UnpackHigh(ab1, cd1).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FirstLanes(int n) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(n)).AsSingle();
}
