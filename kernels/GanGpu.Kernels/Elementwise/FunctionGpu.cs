using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = f(x + offset), one thread per element. Overwrites y, which may be x.</summary>
internal sealed class FunctionGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static FunctionGpu Of(IGpu gpu) => gpu.Kernels(static g => new FunctionGpu(g.Loader));

    public static void FunctionKernel<TFunction>(int length, float offset, ArrayView<float> x, ArrayView<float> y)
        where TFunction : unmanaged, IElementwiseFunction
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = default(TFunction).Apply(x[i] + offset);
    }

    public Action Bind(AcceleratorStream stream, ElementwiseFunction f, ArrayView<float> x, ArrayView<float> y) =>
        f.Bind(new Form(loader, stream, f.Offset, x, y));

    private readonly struct Form(
        KernelLoader loader, AcceleratorStream stream, float offset, ArrayView<float> x, ArrayView<float> y)
        : IFunctionForm
    {
        public Action Bind<TFunction>()
            where TFunction : unmanaged, IElementwiseFunction
        {
            var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>,
                ArrayView<float>>>(FunctionKernel<TFunction>);
            int length = y.IntLength;
            KernelConfig config = loader.PerElement(length);
            (AcceleratorStream on, float add, ArrayView<float> from, ArrayView<float> to) = (stream, offset, x, y);
            return () => launch(on, config, length, add, from, to);
        }
    }
}
