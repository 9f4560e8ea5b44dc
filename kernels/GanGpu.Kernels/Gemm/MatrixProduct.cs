using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>op(A) · op(B) of two matrices (see <see cref="GemmShape"/>), in one slice.</summary>
internal readonly struct MatrixProduct<TLayout>(GemmShape shape, float leak) : IGemmProduct<MatrixProduct<TLayout>>
    where TLayout : unmanaged, IGemmLayout
{
    private readonly int m = shape.M, n = shape.N, k = shape.K;
    private readonly float leak = leak;

    public int Rows => m;

    public int Columns => n;

    public float Leak => leak;

    public bool RowsAreContiguous => default(TLayout).TransposeA;

    public bool ColumnsAreContiguous => !default(TLayout).TransposeB;

    public int FirstTerm => 0;

    public int EndTerm => k;

    public int FirstColumnSum => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixProduct<TLayout> Slice(int slice) => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfA(ArrayView<float> a, int row, int term) =>
        GemmLoads.Element(a, row, term, m, k, default(TLayout).TransposeA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfA(ArrayView<float> a, int row, int term) =>
        GemmLoads.Four(a, row, term, m, k, default(TLayout).TransposeA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfB(ArrayView<float> b, int column, int term) =>
        GemmLoads.Element(b, column, term, n, k, !default(TLayout).TransposeB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfB(ArrayView<float> b, int column, int term) =>
        GemmLoads.Four(b, column, term, n, k, !default(TLayout).TransposeB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRow(int row) => row < m;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => row;
}
