using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>C = op(A) · op(B); see <see cref="GemmShape"/>.</summary>
internal sealed class MatMul : Operation
{
    public MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
        : this(a, b, ShapeOf(a, b, transposeA, transposeB, groups: 1))
    {
    }

    private MatMul(Tensor a, Tensor b, GemmShape gemm)
        : base([a, b], new Shape(gemm.M, gemm.N))
    {
        Gemm = gemm;
    }

    public GemmShape Gemm { get; }

    public Tensor A => Inputs[0];

    public Tensor B => Inputs[1];

    /// <summary>dA = dC · op(B)ᵀ and dB = op(A)ᵀ · dC, each transposed if its operand is.</summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } dC)
            return [null, null];
        (bool ta, bool tb) = (Gemm.TransposeA, Gemm.TransposeB);
        return
        [
            ta ? new MatMul(B, dC, tb, true).Output : new MatMul(dC, B, false, !tb).Output,
            tb ? new MatMul(dC, A, true, ta).Output : new MatMul(A, dC, !ta, false).Output,
        ];
    }

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new GemmLaunch(Gemm, binding[A], binding[B], binding[Output], default(GemmEpilogue)));

    /// <summary>The shape of each of the products of matrices that lie one behind the other.</summary>
    internal static GemmShape ShapeOf(Tensor a, Tensor b, bool ta, bool tb, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        Require(a.Rows % groups == 0 && b.Rows % groups == 0, $"Rows of {groups} matrices are as many for each", a, b);
        (int m, int k) = ta ? (a.Columns, a.Rows / groups) : (a.Rows / groups, a.Columns);
        (int kB, int n) = tb ? (b.Columns, b.Rows / groups) : (b.Rows / groups, b.Columns);
        Require(k == kB,
            $"A matrix product needs inner dimensions that agree ({(ta ? 'T' : 'N')}{(tb ? 'T' : 'N')}: {k} and {kB})",
            a, b);
        return new GemmShape(m, n, k, ta, tb);
    }
}
