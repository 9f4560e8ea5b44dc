using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Random;

namespace GanGpu.Backends;

/// <summary>
/// Classes of samples. In launches a label is the class's number 0, 1, … as a float, one a row; a number that is not in
/// 0..classes − 1 says that the row has none.
/// </summary>
internal partial interface IBackend
{
    /// <summary>y[r,c] = table[label_r, c], of table [classes, columns] to y [rows, columns]; 0 in a row without label.</summary>
    Action GatherRows(int rows, int classes, int columns, Slice<float> table, Slice<float> labels, Slice<float> y);

    /// <summary>sums[k,c] = Σ x[r,c] over the rows r with label k, in their order, of x [rows, columns] to sums [classes, columns].</summary>
    Action ScatterAddRows(int rows, int classes, int columns, Slice<float> x, Slice<float> labels, Slice<float> sums);

    /// <summary>y[r,k] = 1 where the label of row r is k, 0 elsewhere.</summary>
    Action OneHot(int rows, int classes, Slice<float> labels, Slice<float> y);

    /// <summary>y[r] = labels[i] for the image i in row r of the current step's batch: <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r).</summary>
    Action RealLabels(DataOrder order, Slice<uint> step, Slice<int> labels, Slice<float> y);

    /// <summary>y[r] = ⌊word · classes / 2³²⌋ of the first word of the Philox block with counter (r, step[0], stream): uniform on 0..classes − 1.</summary>
    Action RandomLabels(int classes, ulong seed, uint stream, Slice<uint> step, Slice<float> y);
}
