using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Elementwise;

/// <summary>Concatenates columns, slices them, and pads them with zeros. Each overwrites y.</summary>
internal static unsafe class ColumnSlicesHost
{
    private const double NanosecondsPerElement = 0.1, NanosecondsPerRow = 5;

    /// <summary>y[r] = (a[r], b[r]): columns of a, then those of b, width in all.</summary>
    public static Action Concatenate(
        ThreadTeam team, int rows, int width, int columnsOfA, float* a, float* b, float* y) =>
        Bind(team, new ConcatenateKernel(width, columnsOfA, a, b, y), rows, width);

    /// <summary>y[r,c] = x[r, first + c] for c below count.</summary>
    public static Action Slice(ThreadTeam team, int rows, int columns, int first, int count, float* x, float* y) =>
        Bind(team, new SliceKernel(columns, first, count, x, y), rows, count);

    /// <summary>y[r, first + c] = x[r,c] for c below count; all other elements are 0.</summary>
    public static Action Pad(ThreadTeam team, int rows, int columns, int first, int count, float* x, float* y) =>
        Bind(team, new PadKernel(columns, first, count, x, y), rows, columns);

    private static Action Bind<TKernel>(ThreadTeam team, TKernel kernel, int rows, int columns)
        where TKernel : struct, IHostKernel =>
        HostTask.Bind(team, kernel, rows, NanosecondsPerRow + columns * NanosecondsPerElement);

    private static ReadOnlySpan<float> Row(float* matrix, int row, int columns) =>
        new(matrix + (nint)row * columns, columns);

    /// <summary>Units are rows.</summary>
    private readonly struct ConcatenateKernel(int width, int columnsOfA, float* a, float* b, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                Span<float> to = new(y + (nint)row * width, width);
                Row(a, row, columnsOfA).CopyTo(to);
                Row(b, row, width - columnsOfA).CopyTo(to[columnsOfA..]);
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct SliceKernel(int columns, int first, int count, float* x, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
                Row(x, row, columns).Slice(first, count).CopyTo(new Span<float>(y + (nint)row * count, count));
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct PadKernel(int columns, int first, int count, float* x, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                Span<float> to = new(y + (nint)row * columns, columns);
                to[..first].Clear();
                Row(x, row, count).CopyTo(to[first..]);
                to[(first + count)..].Clear();
            }
        }
    }
}
