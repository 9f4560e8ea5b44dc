using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// What a matrix product does with its sums before it stores them, so that no second pass over C is needed:
/// C = f(AB + bias) when <see cref="Bias"/> is set, C = AB ⊙ f'(<see cref="Output"/>) when that is set, C = AB
/// otherwise.
/// </summary>
internal readonly record struct GemmEpilogue
{
    /// <summary>[N], added to every row before the activation.</summary>
    public Slice<float>? Bias { get; init; }

    /// <summary>[M,N], the saved output of the activation whose derivative multiplies the product.</summary>
    public Slice<float>? Output { get; init; }

    /// <summary>f, in either of the two forms.</summary>
    public Activation Activation { get; init; }

    /// <summary>
    /// [N], receives the sum over k of op(B)[k, n]: the bias gradient that belongs to a weight gradient AᵀB.
    /// Only with TransposeA and without TransposeB, Bias and Output.
    /// </summary>
    public Slice<float>? ColumnSums { get; init; }

    /// <summary>
    /// What is fused behind a product, and the operand that it takes: <paramref name="any"/> where it takes none.
    /// </summary>
    public (GemmFusion Fusion, Slice<float> Operand) Fused(Slice<float> any) => this switch
    {
        { Bias: { } bias } => (GemmFusion.Bias, bias),
        { Output: { } output } => (GemmFusion.ActivationGradient, output),
        { ColumnSums: { } sums } => (GemmFusion.ColumnSums, sums),
        _ => (GemmFusion.None, any),
    };

    public unsafe GemmHostEpilogue OnHost(IHost host) => new()
    {
        Bias = Bias is { } bias ? host.Address(bias) : null,
        Output = Output is { } output ? host.Address(output) : null,
        Activation = Activation,
        ColumnSums = ColumnSums is { } sums ? host.Address(sums) : null,
    };
}
