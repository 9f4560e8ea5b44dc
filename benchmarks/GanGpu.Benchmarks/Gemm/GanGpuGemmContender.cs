using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;

namespace GanGpu.Benchmarks.Gemm;

/// <summary>This library's product, as a training step issues it.</summary>
internal sealed class GanGpuGemmContender : IContender
{
    private readonly IBackend backend;
    private readonly DeviceBuffer<float> left, right, product;
    private readonly Action multiply;

    public GanGpuGemmContender(IBackend backend, GemmShape shape, float[] a, float[] b)
    {
        this.backend = backend;
        left = Upload(a);
        right = Upload(b);
        // Whatever is not written stays what no product is.
        float[] c = new float[shape.M * shape.N];
        Array.Fill(c, float.NaN);
        product = Upload(c);
        multiply = backend.Bind(new GemmLaunch(shape, left.All, right.All, product.All, default));
    }

    public float[] Product()
    {
        float[] values = new float[product.Length];
        product.CopyTo(values);
        return values;
    }

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            multiply();
        backend.Synchronize();
    }

    public void Dispose()
    {
        left.Dispose();
        right.Dispose();
        product.Dispose();
    }

    private DeviceBuffer<float> Upload(float[] values)
    {
        DeviceBuffer<float> buffer = backend.Allocate<float>(values.Length);
        buffer.CopyFrom(values);
        return buffer;
    }
}
