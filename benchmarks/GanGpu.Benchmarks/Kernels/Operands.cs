using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>The same numbers for both sides: buffers of a device and tensors of libtorch. Owns all of them.</summary>
internal sealed class Operands(IBackend backend) : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private int seed;

    public IBackend Backend => backend;

    /// <summary>Numbers in −1..1.</summary>
    public (Slice<float> Ours, Tensor Theirs) Input(params long[] shape)
    {
        float[] values = RandomValues.Uniform((int)shape.Aggregate(1L, (product, length) => product * length), ++seed);
        return (Upload(values), Own(tensor(values, shape)));
    }

    /// <summary>NaN, so that what is not written shows.</summary>
    public Slice<float> Output(int length)
    {
        float[] values = new float[length];
        Array.Fill(values, float.NaN);
        return Upload(values);
    }

    public Slice<T> Upload<T>(params T[] values)
        where T : unmanaged
    {
        DeviceBuffer<T> buffer = backend.Allocate<T>(values.Length);
        owned.Add(buffer);
        buffer.CopyFrom(values);
        return buffer.All;
    }

    public static float[] Download(Slice<float> values)
    {
        float[] copy = new float[values.Length];
        values.Buffer.CopyTo(copy, values.Offset);
        return copy;
    }

    /// <summary>A tensor that lives as long as the other operands.</summary>
    public Tensor Own(Tensor tensor)
    {
        owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    public void Dispose() => owned.ForEach(operand => operand.Dispose());
}
