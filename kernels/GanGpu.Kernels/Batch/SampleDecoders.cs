using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Batch;

/// <summary>A <see cref="SampleDecoding"/> as a type: of one value, for GPUs, and of a vector of them.</summary>
/// <typeparam name="TStored">A value as it lies in the data set.</typeparam>
internal unsafe interface ISampleDecoder<TStored>
    where TStored : unmanaged
{
    float Decode(TStored value);

    /// <summary>As many values as a vector has lanes, with the bits that each has alone.</summary>
    static abstract TSimd Decode<TSimd>(TStored* values)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>
/// (byte − 127.5) / 127.5: the difference is exact, so that ±x stay mirror images and 0 and 255 become −1 and 1, and
/// rounding happens once: the same bits on every device.
/// </summary>
internal readonly unsafe struct ByteDecoder : ISampleDecoder<byte>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Decode(byte value) => (value - 127.5f) * (1f / 127.5f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Decode<TSimd>(byte* values)
        where TSimd : struct, ISimd<TSimd> =>
        (TSimd.LoadBytes(values) - TSimd.Splat(127.5f)) * TSimd.Splat(1f / 127.5f);
}

/// <summary>The number that is there.</summary>
internal readonly unsafe struct FloatDecoder : ISampleDecoder<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Decode(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Decode<TSimd>(float* values)
        where TSimd : struct, ISimd<TSimd> => TSimd.Load(values);
}
