using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>op(A) · op(B) of two matrices (see <see cref="GemmShape"/>), in one slice.</summary>
internal readonly struct MatrixProduct<TLayout>(GemmShape shape, float leak) : IGemmProduct<MatrixProduct<TLayout>>
    where TLayout : unmanaged, IGemmLayout
{
    private readonly int m = shape.M, n = shape.N, sumLength = shape.K;
    private readonly float leak = leak;

    public int Rows => m;

    public int Columns => n;

    public float Leak => leak;

    public bool RowsAreContiguous => default(TLayout).TransposeA;

    public bool ColumnsAreContiguous => !default(TLayout).TransposeB;

    public int KBegin => 0;

    public int KEnd => sumLength;

    public int FirstColumnSum => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixProduct<TLayout> Slice(int slice) => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float LoadA(ArrayView<float> a, int row, int k) =>
        GemmLoads.Load(a, row, k, m, sumLength, default(TLayout).TransposeA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 LoadA4(ArrayView<float> a, int row, int k) =>
        GemmLoads.Load4(a, row, k, m, sumLength, default(TLayout).TransposeA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float LoadB(ArrayView<float> b, int column, int k) =>
        GemmLoads.Load(b, column, k, n, sumLength, !default(TLayout).TransposeB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 LoadB4(ArrayView<float> b, int column, int k) =>
        GemmLoads.Load4(b, column, k, n, sumLength, !default(TLayout).TransposeB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRow(int row) => row < m;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => row;
}
