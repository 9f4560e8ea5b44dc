using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GanGpu.Kernels.Host;

/// <summary>Four floats (SSE, NEON, or what the runtime emulates them with).</summary>
internal readonly unsafe struct Simd128(Vector128<float> value) : ISimd<Simd128>
{
    private readonly Vector128<float> value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    // Without fused multiply-add the product needs a register as well.
    public static int TileRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static Simd128 GroupOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128.Create(0u, 1, 2, 3).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 LoadPart(float* source, int n)
    {
        Vector128<float> part = default;
        Unsafe.CopyBlockUnaligned(&part, source, (uint)n * sizeof(float));
        return new(part);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 LoadGroups(float* source, nint laneStride) => Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 LoadBytes(byte* source) =>
        new(Vector128.Create((float)source[0], source[1], source[2], source[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StorePart(float* target, int n)
    {
        Vector128<float> whole = value;
        Unsafe.CopyBlockUnaligned(target, &whole, (uint)n * sizeof(float));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Splat(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 SplatBits(uint value) => new(Vector128.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator &(Simd128 a, Simd128 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator |(Simd128 a, Simd128 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator ^(Simd128 a, Simd128 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Fma(Simd128 a, Simd128 b, Simd128 c) =>
        new(Vector128.MultiplyAddEstimate(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Sqrt(Simd128 a) => new(Vector128.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 SqrtOfNormal(Simd128 a) => Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Quotient(Simd128 a, Simd128 b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Abs(Simd128 a) => new(Vector128.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Min(Simd128 a, Simd128 b) => new(Vector128.MinNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Max(Simd128 a, Simd128 b) => new(Vector128.MaxNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 WhereGreater(Simd128 a, Simd128 b, Simd128 then, Simd128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.value, b.value), then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Simd128 a) => Vector128.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 AddBits(Simd128 a, Simd128 b) => new((a.value.AsUInt32() + b.value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 SubtractBits(Simd128 a, Simd128 b) =>
        new((a.value.AsUInt32() - b.value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyBits(Simd128 a, Simd128 b, out Simd128 high)
    {
        (Vector128<ulong> lowA, Vector128<ulong> highA) = Vector128.Widen(a.value.AsUInt32());
        (Vector128<ulong> lowB, Vector128<ulong> highB) = Vector128.Widen(b.value.AsUInt32());
        high = new(Vector128.Narrow(lowA * lowB >> 32, highA * highB >> 32).AsSingle());
        return new((a.value.AsUInt32() * b.value.AsUInt32()).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 ShiftLeft(Simd128 a, int bits) => new((a.value.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 ShiftRight(Simd128 a, int bits) => new((a.value.AsUInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 ShiftRightSigned(Simd128 a, int bits) => new((a.value.AsInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 ToFloat(Simd128 a) => new(Vector128.ConvertToSingle(a.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeGroups(ref Simd128 a, ref Simd128 b, ref Simd128 c, ref Simd128 d)
    {
        Vector128<double> ab0 = InterleaveLow(a.value, b.value).AsDouble(),
            ab1 = InterleaveHigh(a.value, b.value).AsDouble();
        Vector128<double> cd0 = InterleaveLow(c.value, d.value).AsDouble(),
            cd1 = InterleaveHigh(c.value, d.value).AsDouble();
        a = new(Vector128.Create(ab0.GetLower(), cd0.GetLower()).AsSingle());
        b = new(Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).AsSingle());
        c = new(Vector128.Create(ab1.GetLower(), cd1.GetLower()).AsSingle());
        d = new(Vector128.Create(ab1.GetUpper(), cd1.GetUpper()).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a.GetElement(0), b.GetElement(0), a.GetElement(1), b.GetElement(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a.GetElement(2), b.GetElement(2), a.GetElement(3), b.GetElement(3));
}
