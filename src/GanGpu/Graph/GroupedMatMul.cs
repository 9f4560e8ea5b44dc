using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>C_g = op(A_g) · op(B_g) of matrices that lie one behind the other; see <see cref="GroupedGemmLaunch"/>.</summary>
internal sealed class GroupedMatMul : Operation
{
    public GroupedMatMul(Tensor a, Tensor b, int groups, bool transposeA = false, bool transposeB = false)
        : this(a, b, groups, MatMul.ShapeOf(a, b, transposeA, transposeB, groups))
    {
    }

    private GroupedMatMul(Tensor a, Tensor b, int groups, GemmShape gemm)
        : base([a, b], new Shape(checked(groups * gemm.M), gemm.N)) => (Groups, Gemm) = (groups, gemm);

    public int Groups { get; }

    public GemmShape Gemm { get; }

    public Tensor A => Inputs[0];

    public Tensor B => Inputs[1];

    public override LaunchCost Cost => base.Cost with { Flops = Groups * Gemm.Flops };

    /// <summary>As of <see cref="MatMul"/>, of each pair.</summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } dC)
            return [null, null];
        (bool ta, bool tb) = (Gemm.TransposeA, Gemm.TransposeB);
        return
        [
            ta ? new GroupedMatMul(B, dC, Groups, tb, true).Output : new GroupedMatMul(dC, B, Groups, false, !tb).Output,
            tb ? new GroupedMatMul(dC, A, Groups, true, ta).Output : new GroupedMatMul(A, dC, Groups, !ta, false).Output,
        ];
    }

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new GroupedGemmLaunch(Groups, Gemm, binding[A], binding[B], binding[Output]));
}
