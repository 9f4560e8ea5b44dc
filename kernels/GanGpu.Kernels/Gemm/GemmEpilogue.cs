using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// What a matrix product does to its sums before it stores them, so that no second pass over C is needed: C = f(AB +
/// bias) if <see cref="Bias"/> is set, C = AB ⊙ f'(<see cref="Output"/>) if that is set, otherwise C = AB.
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
    /// [N], receives Σ_k op(B)[k, n]: the bias gradient that belongs to a weight gradient AᵀB. Requires TransposeA;
    /// excludes TransposeB, Bias and Output.
    /// </summary>
    public Slice<float>? ColumnSums { get; init; }

    /// <summary>The epilogue's kind and its operand; an epilogue without operand gets <paramref name="any"/>.</summary>
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
