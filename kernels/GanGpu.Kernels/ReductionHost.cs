namespace GanGpu.Kernels;

/// <summary>sums[c] = Σ_r x[r, c], rows in order, for the columns of a thread's share.</summary>
internal sealed unsafe class ReductionHost<TSimd>(int rows, int columns, float* x, float* sums) : TeamWork
    where TSimd : unmanaged, ISimd<TSimd>
{
    public override void Run(int part, int parts)
    {
        int vectors = (columns + TSimd.Width - 1) / TSimd.Width;
        (int begin, int end) = Share(vectors, part, parts);
        Columns(rows, columns, x, begin * TSimd.Width, Math.Min(columns, end * TSimd.Width), sums);
    }

    /// <summary>The sums of the columns [begin, end); begin is a multiple of the width, so that no split changes a bit.</summary>
    public static void Columns(int rows, int stride, float* x, int begin, int end, float* sums)
    {
        int column = begin;
        for (; column <= end - TSimd.Width; column += TSimd.Width)
        {
            TSimd sum = TSimd.Load(x + column);
            for (int row = 1; row < rows; row++)
                sum += TSimd.Load(x + column + ((long)row * stride));
            TSimd.Store(sum, sums + column);
        }

        if (column < end)
        {
            TSimd sum = default;
            for (int row = 0; row < rows; row++)
                sum += SimdTail.LoadPartial<TSimd>(x + column + ((long)row * stride), end - column);
            SimdTail.StorePartial(sum, sums + column, end - column);
        }
    }
}

/// <summary>y[r, c] = row[c].</summary>
internal sealed unsafe class BroadcastRowsHost(int rows, int columns, float* row, float* y) : TeamWork
{
    public override void Run(int part, int parts)
    {
        (int begin, int end) = Share(rows, part, parts);
        for (int r = begin; r < end; r++)
            new ReadOnlySpan<float>(row, columns).CopyTo(new Span<float>(y + ((long)r * columns), columns));
    }
}
