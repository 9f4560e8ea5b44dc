using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// Matrix products C = epilogue(op(A) · op(B)) on the GPU: picks the kernel for a shape, its layout and what is fused
/// behind it. The kernels are in <see cref="GemmTiledGpu"/> and, the plain form, in <see cref="GemmNaiveGpu"/>.
/// </summary>
/// <param name="loader">The accelerator's kernels.</param>
/// <param name="naive">Use the plain kernel, to check the other against.</param>
internal sealed class GemmGpu(KernelLoader loader, bool naive = false)
{
    /// <summary>C = op(A) · op(B).</summary>
    public Action Bind(AcceleratorStream stream, GemmShape shape, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c) =>
        BindEpilogue<PlainEpilogue>(stream, shape, 0f, a, b, c, c, c);

    /// <summary>C = op(A) · op(B), and sums[n] = Σ_k op(B)[k,n].</summary>
    public Action BindColumnSums(AcceleratorStream stream, GemmShape shape, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> sums) =>
        BindEpilogue<ColumnSumsEpilogue>(stream, shape, 0f, a, b, c, c, sums);

    /// <summary>C = f(op(A) · op(B) + bias).</summary>
    public Action BindBias(
        AcceleratorStream stream, GemmShape shape, Activation f, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c) =>
        f.Kind switch
        {
            ActivationKind.Identity => BindEpilogue<BiasEpilogue<IdentityActivation>>(stream, shape, f.Leak, a, b, c, bias, c),
            ActivationKind.LeakyRelu => BindEpilogue<BiasEpilogue<LeakyReluActivation>>(stream, shape, f.Leak, a, b, c, bias, c),
            ActivationKind.Relu => BindEpilogue<BiasEpilogue<ReluActivation>>(stream, shape, f.Leak, a, b, c, bias, c),
            ActivationKind.Tanh => BindEpilogue<BiasEpilogue<TanhActivation>>(stream, shape, f.Leak, a, b, c, bias, c),
            ActivationKind.Sigmoid => BindEpilogue<BiasEpilogue<SigmoidActivation>>(stream, shape, f.Leak, a, b, c, bias, c),
            _ => throw new ArgumentOutOfRangeException(nameof(f), f.Kind, "This activation has no kernel."),
        };

    /// <summary>C = (op(A) · op(B)) ⊙ f'(output).</summary>
    public Action BindActivationGradient(
        AcceleratorStream stream, GemmShape shape, Activation f, ArrayView<float> a, ArrayView<float> b, ArrayView<float> output, ArrayView<float> c) =>
        f.Kind switch
        {
            ActivationKind.Identity => BindEpilogue<PlainEpilogue>(stream, shape, f.Leak, a, b, c, output, c),
            ActivationKind.LeakyRelu => BindEpilogue<ActivationGradientEpilogue<LeakyReluActivation>>(stream, shape, f.Leak, a, b, c, output, c),
            ActivationKind.Relu => BindEpilogue<ActivationGradientEpilogue<ReluActivation>>(stream, shape, f.Leak, a, b, c, output, c),
            ActivationKind.Tanh => BindEpilogue<ActivationGradientEpilogue<TanhActivation>>(stream, shape, f.Leak, a, b, c, output, c),
            ActivationKind.Sigmoid => BindEpilogue<ActivationGradientEpilogue<SigmoidActivation>>(stream, shape, f.Leak, a, b, c, output, c),
            _ => throw new ArgumentOutOfRangeException(nameof(f), f.Kind, "This activation has no kernel."),
        };

    private Action BindEpilogue<TEpilogue>(
        AcceleratorStream stream, GemmShape shape, float leak,
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand, ArrayView<float> sums)
        where TEpilogue : unmanaged, IGemmEpilogue =>
        (shape.TransposeA, shape.TransposeB) switch
        {
            (false, false) => BindLayout<LayoutNN, TEpilogue>(stream, shape, leak, a, b, c, operand, sums),
            (false, true) => BindLayout<LayoutNT, TEpilogue>(stream, shape, leak, a, b, c, operand, sums),
            (true, false) => BindLayout<LayoutTN, TEpilogue>(stream, shape, leak, a, b, c, operand, sums),
            (true, true) => BindLayout<LayoutTT, TEpilogue>(stream, shape, leak, a, b, c, operand, sums),
        };

    /// <summary>Operands that the epilogue does not use are given as C: a kernel has no optional parameters.</summary>
    private Action BindLayout<TLayout, TEpilogue>(
        AcceleratorStream stream, GemmShape shape, float leak,
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand, ArrayView<float> sums)
        where TLayout : unmanaged, IGemmLayout
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int m = shape.M, n = shape.N, k = shape.K;
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, float, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(
            naive ? GemmNaiveGpu.GemmNaiveKernel<TLayout, TEpilogue> : GemmTiledGpu.GemmTiledKernel<TLayout, TEpilogue>);
        KernelConfig config = naive ? loader.PerElement(m * n) : new(Tiles(m) * Tiles(n), GemmTiledGpu.GroupSize);
        return () => launch(stream, config, m, n, k, leak, a, b, c, operand, sums);
    }

    private static int Tiles(int length) => (length + GemmTiledGpu.Tile - 1) / GemmTiledGpu.Tile;
}
