using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Products of pairs of matrices that lie one behind the other (see <see cref="GroupedGemmLaunch"/>), one in each slice.
/// </summary>
internal readonly struct GroupedProduct<TLayout>(GemmShape shape, int group = 0) : IGemmProduct<GroupedProduct<TLayout>>
    where TLayout : unmanaged, IGemmLayout
{
    private readonly int m = shape.M, n = shape.N, sumLength = shape.K;
    private readonly int group = group;

    public int Rows => m;

    public int Columns => n;

    public float Leak => 0f;

    public bool RowsAreContiguous => default(TLayout).TransposeA;

    public bool ColumnsAreContiguous => !default(TLayout).TransposeB;

    public int KBegin => 0;

    public int KEnd => sumLength;

    public int FirstColumnSum => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GroupedProduct<TLayout> Slice(int slice) => new(new GemmShape(m, n, sumLength), slice);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float LoadA(ArrayView<float> a, int row, int k) => default(TLayout).TransposeA
        ? GemmLoads.Load(a, row, k + Before(sumLength), m, Behind(sumLength), true)
        : GemmLoads.Load(a, row + Before(m), k, Behind(m), sumLength, false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 LoadA4(ArrayView<float> a, int row, int k) => default(TLayout).TransposeA
        ? GemmLoads.Load4(a, row, k + Before(sumLength), m, Behind(sumLength), true)
        : GemmLoads.Load4(a, row + Before(m), k, Behind(m), sumLength, false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float LoadB(ArrayView<float> b, int column, int k) => default(TLayout).TransposeB
        ? GemmLoads.Load(b, column + Before(n), k, Behind(n), sumLength, false)
        : GemmLoads.Load(b, column, k + Before(sumLength), n, Behind(sumLength), true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 LoadB4(ArrayView<float> b, int column, int k) => default(TLayout).TransposeB
        ? GemmLoads.Load4(b, column + Before(n), k, Behind(n), sumLength, false)
        : GemmLoads.Load4(b, column, k + Before(sumLength), n, Behind(sumLength), true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRow(int row) => row < m;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => row + Before(m);

    /// <summary>Rows of the matrices before this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Before(int rows) => group * rows;

    /// <summary>Rows of the matrices to the end of this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Behind(int rows) => (group + 1) * rows;
}
