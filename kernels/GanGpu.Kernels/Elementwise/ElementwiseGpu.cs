using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// The elementwise operations, one thread per element. Every input is read before the same element of the output is
/// written, so the output may be an input unless that input is broadcast.
/// </summary>
internal sealed class ElementwiseGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static ElementwiseGpu Of(IGpu gpu) => gpu.Kernels(static g => new ElementwiseGpu(g.Loader));

    /// <summary>y[r,c] = x[r,c] + bias[c].</summary>
    public static void AddBiasKernel(
        int length, int columns, ArrayView<float> x, ArrayView<float> bias, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = x[i] + bias[i % columns];
    }

    /// <summary>y[r,c] = row[c].</summary>
    public static void BroadcastRowsKernel(int length, int columns, ArrayView<float> row, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = row[i % columns];
    }

    /// <summary>y = f(x).</summary>
    public static void ActivateKernel<TActivation>(int length, float leak, ArrayView<float> x, ArrayView<float> y)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = default(TActivation).Apply(x[i], leak);
    }

    /// <summary>dx = dy ⊙ f'(x), from y = f(x).</summary>
    public static void ActivationGradientKernel<TActivation>(
        int length, float leak, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            dx[i] = dy[i] * default(TActivation).Derivative(y[i], leak);
    }

    /// <summary>y = a + b.</summary>
    public static void AddKernel(int length, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = a[i] + b[i];
    }

    /// <summary>y = a ⊙ b.</summary>
    public static void MultiplyKernel(int length, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = a[i] * b[i];
    }

    /// <summary>y = factor · x.</summary>
    public static void ScaleKernel(int length, float factor, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = factor * x[i];
    }

    /// <summary>y = value.</summary>
    public static void FillKernel(int length, float value, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            y[i] = value;
    }

    public Action BindAddBias(AcceleratorStream stream, int columns, ArrayView<float> x, ArrayView<float> bias,
        ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>,
            ArrayView<float>>>(AddBiasKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, columns, x, bias, y);
    }

    public Action BindBroadcastRows(AcceleratorStream stream, int columns, ArrayView<float> row, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(
            BroadcastRowsKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, columns, row, y);
    }

    public Action BindActivate(
        AcceleratorStream stream, Activation activation, ArrayView<float> x, ArrayView<float> y) =>
        activation.Kind switch
        {
            ActivationKind.Identity => BindActivate<IdentityActivation>(stream, activation.Leak, x, y),
            ActivationKind.LeakyRelu => BindActivate<LeakyReluActivation>(stream, activation.Leak, x, y),
            ActivationKind.Relu => BindActivate<ReluActivation>(stream, activation.Leak, x, y),
            ActivationKind.Tanh => BindActivate<TanhActivation>(stream, activation.Leak, x, y),
            ActivationKind.Sigmoid => BindActivate<SigmoidActivation>(stream, activation.Leak, x, y),
            _ => throw new ArgumentOutOfRangeException(
                nameof(activation), activation.Kind, "This activation has no kernel."),
        };

    public Action BindActivationGradient(
        AcceleratorStream stream, Activation activation, ArrayView<float> dy, ArrayView<float> y,
        ArrayView<float> dx) =>
        activation.Kind switch
        {
            ActivationKind.Identity => BindActivationGradient<IdentityActivation>(stream, activation.Leak, dy, y, dx),
            ActivationKind.LeakyRelu => BindActivationGradient<LeakyReluActivation>(stream, activation.Leak, dy, y, dx),
            ActivationKind.Relu => BindActivationGradient<ReluActivation>(stream, activation.Leak, dy, y, dx),
            ActivationKind.Tanh => BindActivationGradient<TanhActivation>(stream, activation.Leak, dy, y, dx),
            ActivationKind.Sigmoid => BindActivationGradient<SigmoidActivation>(stream, activation.Leak, dy, y, dx),
            _ => throw new ArgumentOutOfRangeException(
                nameof(activation), activation.Kind, "This activation has no kernel."),
        };

    public Action BindAdd(AcceleratorStream stream, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) =>
        BindBinary(stream, AddKernel, a, b, y);

    public Action BindMultiply(AcceleratorStream stream, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) =>
        BindBinary(stream, MultiplyKernel, a, b, y);

    public Action BindScale(AcceleratorStream stream, float factor, ArrayView<float> x, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>,
            ArrayView<float>>>(ScaleKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, factor, x, y);
    }

    public Action BindFill(AcceleratorStream stream, float value, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>>>(FillKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, value, y);
    }

    private Action BindActivate<TActivation>(
        AcceleratorStream stream, float leak, ArrayView<float> x, ArrayView<float> y)
        where TActivation : unmanaged, IActivation
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>,
            ArrayView<float>>>(ActivateKernel<TActivation>);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, leak, x, y);
    }

    private Action BindActivationGradient<TActivation>(
        AcceleratorStream stream, float leak, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>, ArrayView<float>,
            ArrayView<float>>>(ActivationGradientKernel<TActivation>);
        int length = dx.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, leak, dy, y, dx);
    }

    private Action BindBinary(
        AcceleratorStream stream, Action<int, ArrayView<float>, ArrayView<float>, ArrayView<float>> kernel,
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>, ArrayView<float>,
            ArrayView<float>>>(kernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, a, b, y);
    }
}
