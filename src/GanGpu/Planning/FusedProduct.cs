using GanGpu.Graph;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Planning;

/// <summary>What a product does with its sums before it stores them; see <see cref="GemmEpilogue"/>.</summary>
internal sealed record ProductEpilogue
{
    public Tensor? Bias { get; init; }

    public Tensor? ActivationOutput { get; init; }

    public Activation Activation { get; init; }

    public Tensor? ColumnSums { get; init; }

    public IEnumerable<Tensor> Inputs => Present(Bias, ActivationOutput);

    public IEnumerable<Tensor> Outputs => Present(ColumnSums);

    /// <summary>What it is, for a table; empty where it is nothing.</summary>
    public override string ToString() => this switch
    {
        { Bias: not null, Activation.Kind: ActivationKind.Identity } => "bias",
        { Bias: not null } => $"bias, {Activation}",
        { ActivationOutput: not null } => $"gradient of {Activation}",
        { ColumnSums: not null } => "column sums",
        _ => "",
    };

    /// <summary>The same where the plan put its tensors.</summary>
    public GemmEpilogue On(PlanBinding binding) => new()
    {
        Bias = Bias is null ? null : binding[Bias],
        Output = ActivationOutput is null ? null : binding[ActivationOutput],
        Activation = Activation,
        ColumnSums = ColumnSums is null ? null : binding[ColumnSums],
    };

    private static IEnumerable<Tensor> Present(params Tensor?[] tensors) => tensors.OfType<Tensor>();
}

/// <summary>A matrix product or a convolution that finishes its sums before it stores them.</summary>
internal abstract class FusedProduct(Tensor c, ProductEpilogue epilogue) : Launch
{
    /// <summary>What is stored: the last of the operations that were joined.</summary>
    public Tensor C { get; } = c;

    public ProductEpilogue Epilogue { get; } = epilogue;

    public Tensor? Bias => Epilogue.Bias;

    public Tensor? ActivationOutput => Epilogue.ActivationOutput;

    public Activation Activation => Epilogue.Activation;

    public Tensor? ColumnSums => Epilogue.ColumnSums;

    /// <summary>The bare product, with nothing joined to it yet.</summary>
    public bool IsPlain => Bias is null && ActivationOutput is null && ColumnSums is null;

    /// <summary>
    /// The gradient that is summed over rows where this is a weight gradient, so that the bias gradient can be joined;
    /// null for others.
    /// </summary>
    public abstract Tensor? SummedGradient { get; }

    /// <summary>Whether a bias or an activation can be joined.</summary>
    public abstract bool HasRows { get; }

    /// <summary>The same product with another epilogue.</summary>
    public abstract FusedProduct With(Tensor c, ProductEpilogue epilogue);
}
