using GanGpu.Backends;
using GanGpu.Benchmarking;
using GanGpu.Graph;
using GanGpu.Kernels;

namespace GanGpu.Planning;

/// <summary>A matrix product that finishes its sums before it stores them; see <see cref="GemmEpilogue"/>.</summary>
internal sealed class FusedMatMul(GemmShape gemm, Tensor a, Tensor b, Tensor c) : Launch
{
    public GemmShape Gemm { get; } = gemm;

    public Tensor A { get; } = a;

    public Tensor B { get; } = b;

    /// <summary>What is stored: the last of the operations that were joined.</summary>
    public Tensor C { get; } = c;

    public Tensor? Bias { get; init; }

    public Tensor? ActivationOutput { get; init; }

    public Activation Activation { get; init; }

    public Tensor? ColumnSums { get; init; }

    /// <summary>The bare product A · B, with nothing joined to it yet.</summary>
    public bool IsPlain => Bias is null && ActivationOutput is null && ColumnSums is null;

    public override IReadOnlyList<Tensor> Inputs => [A, B, .. Optional(Bias), .. Optional(ActivationOutput)];

    public override IReadOnlyList<Tensor> Outputs => [C, .. Optional(ColumnSums)];

    public override LaunchCost Cost => new("MatMul", Gemm.ToString(), Fused, Gemm.Flops, Bytes);

    public FusedMatMul With(Tensor c, Tensor? bias = null, Tensor? activationOutput = null, Activation activation = default, Tensor? columnSums = null) =>
        new(Gemm, A, B, c) { Bias = bias, ActivationOutput = activationOutput, Activation = activation, ColumnSums = columnSums };

    public override Action Bind(PlanBinding binding)
    {
        GemmLaunch launch = On(binding);
        return binding.Backend.Gemm(launch.Shape, launch.A, launch.B, launch.C, launch.Epilogue);
    }

    /// <summary>The product where the plan put its operands.</summary>
    public GemmLaunch On(PlanBinding binding) => new(Gemm, binding[A], binding[B], binding[C], new()
    {
        Bias = Bias is null ? null : binding[Bias],
        Output = ActivationOutput is null ? null : binding[ActivationOutput],
        Activation = Activation,
        ColumnSums = ColumnSums is null ? null : binding[ColumnSums],
    });

    private string Fused => (Bias, ActivationOutput, ColumnSums) switch
    {
        (not null, _, _) when Activation.Kind == ActivationKind.Identity => "bias",
        (not null, _, _) => $"bias, {Activation}",
        (_, not null, _) => $"gradient of {Activation}",
        (_, _, not null) => "column sums",
        _ => "",
    };

    private static IEnumerable<Tensor> Optional(Tensor? tensor) => tensor is null ? [] : [tensor];
}
