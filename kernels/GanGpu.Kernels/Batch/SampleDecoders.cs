using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using ILGPU;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// A <see cref="SampleDecoding"/> as a type. It decodes one value of a view for GPUs, and one value or a vector of
/// values for the host, all with the same bits.
/// </summary>
internal unsafe interface ISampleDecoder
{
    /// <summary>Bytes of a stored value.</summary>
    static abstract int Size { get; }

    /// <param name="values">Stored values, aligned to their size.</param>
    /// <param name="index">Index of the value.</param>
    float Decode(ArrayView<byte> values, long index);

    static abstract float Decode(byte* value);

    /// <summary>Decodes as many values as a vector has lanes.</summary>
    static abstract TSimd Decode<TSimd>(byte* values)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>
/// (byte − 127.5) / 127.5. The difference is exact, so that ±x are mirror images and 0 and 255 become −1 and 1, and
/// only the division rounds: the same bits on every device.
/// </summary>
internal readonly unsafe struct ByteDecoder : ISampleDecoder
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(byte);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Decode(ArrayView<byte> values, long index) => (values[index] - 127.5f) * (1f / 127.5f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Decode(byte* value) => (*value - 127.5f) * (1f / 127.5f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Decode<TSimd>(byte* values)
        where TSimd : struct, ISimd<TSimd> =>
        (TSimd.LoadBytes(values) - TSimd.Splat(127.5f)) * TSimd.Splat(1f / 127.5f);
}

/// <summary>The number itself.</summary>
internal readonly unsafe struct FloatDecoder : ISampleDecoder
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Decode(ArrayView<byte> values, long index) => values.Cast<float>()[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Decode(byte* value) => *(float*)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Decode<TSimd>(byte* values)
        where TSimd : struct, ISimd<TSimd> => TSimd.Load((float*)values);
}
