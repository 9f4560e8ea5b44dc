using GanGpu.Kernels.Elementwise;

namespace GanGpu.Backends;

/// <summary>Numbers of rows: what is summed along a row, and what a row is scaled by. Functions of single numbers.</summary>
internal partial interface IBackend
{
    /// <summary>sums[r] = Σ_c x[r,c], in a fixed order.</summary>
    Action RowSums(int rows, int columns, Slice<float> x, Slice<float> sums);

    /// <summary>sums[r] = Σ_c a[r,c] · b[r,c], in a fixed order. a may be b.</summary>
    Action RowDots(int rows, int columns, Slice<float> a, Slice<float> b, Slice<float> sums);

    /// <summary>y[r,c] = column[r].</summary>
    Action BroadcastColumns(int rows, int columns, Slice<float> column, Slice<float> y);

    /// <summary>y[r,c] = factors[r] · x[r,c]. y may be x.</summary>
    Action ScaleRows(int rows, int columns, Slice<float> x, Slice<float> factors, Slice<float> y);

    /// <summary>y_r = x_r / max(‖x_r‖, least), ‖·‖ the Euclidean norm.</summary>
    Action RowDirections(int rows, int columns, float least, Slice<float> x, Slice<float> y);

    /// <summary>y = f(x + offset). y may be x.</summary>
    Action Elementwise(ElementwiseFunction function, Slice<float> x, Slice<float> y);
}
