using System.Runtime.Intrinsics;

namespace GanGpu.Kernels;

/// <summary>y[r, i] = byte / 127.5 − 1 of the image that the step's row r shows; see <see cref="DataOrder"/>.</summary>
internal sealed unsafe class BatchHost(DataOrder order, int sampleSize, uint* step, byte* dataSet, float* y) : TeamWork
{
    public override void Run(int part, int parts)
    {
        (int begin, int end) = Share(order.BatchSize, part, parts);
        for (int row = begin; row < end; row++)
            Scale(dataSet + ((long)order.ImageAt(*step, row) * sampleSize), y + ((long)row * sampleSize), sampleSize);
    }

    private static void Scale(byte* bytes, float* target, int count)
    {
        int i = 0;
        for (; i <= count - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(bytes + i));
            Store(low, target + i);
            Store(high, target + i + 8);
        }

        for (; i < count; i++)
            target[i] = (bytes[i] / 127.5f) - 1f;

        static void Store(Vector128<ushort> values, float* target)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(values);
            Vector256<float> floats = Vector256.ConvertToSingle(Vector256.Create(low, high).AsInt32());
            ((floats / Vector256.Create(127.5f)) - Vector256<float>.One).Store(target);
        }
    }
}
