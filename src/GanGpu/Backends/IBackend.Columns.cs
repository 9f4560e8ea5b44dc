namespace GanGpu.Backends;

/// <summary>Matrices side by side.</summary>
internal partial interface IBackend
{
    /// <summary>y[r] = (a[r], b[r]): the columns of a, then those of b.</summary>
    Action ConcatenateColumns(int rows, int columnsOfA, int columnsOfB, Slice<float> a, Slice<float> b, Slice<float> y);

    /// <summary>y[r,c] = x[r, first + c], of x [rows, columns] to y [rows, count].</summary>
    Action SliceColumns(int rows, int columns, int first, int count, Slice<float> x, Slice<float> y);

    /// <summary>y[r, first + c] = x[r,c], 0 elsewhere, of x [rows, count] to y [rows, columns].</summary>
    Action PadColumns(int rows, int columns, int first, int count, Slice<float> x, Slice<float> y);
}
