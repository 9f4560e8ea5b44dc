using GanGpu.Graph;
using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>What a product does to its sums before it stores them; see <see cref="GemmEpilogue"/>.</summary>
internal sealed record ProductEpilogue
{
    public Tensor? Bias { get; init; }

    public Tensor? ActivationOutput { get; init; }

    public Activation Activation { get; init; }

    public Tensor? ColumnSums { get; init; }

    public IEnumerable<Tensor> Inputs => Present(Bias, ActivationOutput);

    public IEnumerable<Tensor> Outputs => Present(ColumnSums);

    /// <summary>A description for a table; empty if the epilogue does nothing.</summary>
    public override string ToString() => this switch
    {
        { Bias: not null, Activation.Kind: ActivationKind.Identity } => "bias",
        { Bias: not null } => $"bias, {Activation}",
        { ActivationOutput: not null } => $"gradient of {Activation}",
        { ColumnSums: not null } => "column sums",
        _ => "",
    };

    /// <summary>The epilogue with the memory that the plan gave its tensors.</summary>
    public GemmEpilogue On(PlanBinding binding) => new()
    {
        Bias = Bias is null ? null : binding[Bias],
        Output = ActivationOutput is null ? null : binding[ActivationOutput],
        Activation = Activation,
        ColumnSums = ColumnSums is null ? null : binding[ColumnSums],
    };

    private static IEnumerable<Tensor> Present(params Tensor?[] tensors) => tensors.OfType<Tensor>();
}

/// <summary>A matrix product or a convolution with a fused epilogue.</summary>
internal abstract class FusedProduct(Tensor c, ProductEpilogue epilogue) : Launch
{
    /// <summary>The stored result: that of the last fused operation.</summary>
    public Tensor C { get; } = c;

    public ProductEpilogue Epilogue { get; } = epilogue;

    public Tensor? Bias => Epilogue.Bias;

    public Tensor? ActivationOutput => Epilogue.ActivationOutput;

    public Activation Activation => Epilogue.Activation;

    public Tensor? ColumnSums => Epilogue.ColumnSums;

    /// <summary>Whether nothing is fused to the product yet.</summary>
    public bool IsPlain => Bias is null && ActivationOutput is null && ColumnSums is null;

    /// <summary>
    /// For a weight gradient, the output gradient whose sums over rows are the bias gradient, which can be fused;
    /// otherwise null.
    /// </summary>
    public abstract Tensor? SummedGradient { get; }

    /// <summary>Whether a bias or an activation can be fused.</summary>
    public abstract bool HasRows { get; }

    /// <summary>The same product with another epilogue.</summary>
    public abstract FusedProduct With(Tensor c, ProductEpilogue epilogue);
}
