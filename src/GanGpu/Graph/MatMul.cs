using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>C = op(A) · op(B); see <see cref="GemmShape"/>.</summary>
internal sealed class MatMul : Operation
{
    public MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
        : this(a, b, ShapeOf(a, b, transposeA, transposeB))
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

    private static GemmShape ShapeOf(Tensor a, Tensor b, bool ta, bool tb)
    {
        (int m, int k) = ta ? (a.Shape.Columns, a.Shape.Rows) : (a.Shape.Rows, a.Shape.Columns);
        (int kB, int n) = tb ? (b.Shape.Columns, b.Shape.Rows) : (b.Shape.Rows, b.Shape.Columns);
        Require(k == kB,
            $"A matrix product needs inner dimensions that agree ({(ta ? 'T' : 'N')}{(tb ? 'T' : 'N')}: {k} and {kB})",
            a, b);
        return new GemmShape(m, n, k, ta, tb);
    }
}
