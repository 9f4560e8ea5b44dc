using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// Operations with one number per row: broadcast it along the row, multiply the row by it, or divide the row by its
/// length. Each overwrites y.
/// </summary>
internal static unsafe class RowScalingHost
{
    // A row is divided into blocks that several threads can share: a scalar times a matrix is a single row of all its
    // elements.
    private const int ColumnsOfBlock = 4096;

    private const double NanosecondsPerElement = 0.1;

    /// <summary>y[r,c] = column[r].</summary>
    public static Action BroadcastColumns(ThreadTeam team, int rows, int columns, float* column, float* y) =>
        Bind(team, rows, columns, new BroadcastKernel(columns, column, y));

    /// <summary>y[r,c] = factors[r] · x[r,c]. y may be x.</summary>
    public static Action ScaleRows(ThreadTeam team, int rows, int columns, float* x, float* factors, float* y) =>
        Bind(team, rows, columns, new ScaleKernel(columns, x, factors, y));

    /// <summary>y_r = x_r / max(‖x_r‖, least).</summary>
    public static Action RowDirections(ThreadTeam team, int rows, int columns, float least, float* x, float* y) =>
        HostTask.Bind(team, new DirectionsKernel(columns, least, x, y), rows, 2 * columns * NanosecondsPerElement);

    private static Action Bind<TKernel>(ThreadTeam team, int rows, int columns, TKernel kernel)
        where TKernel : struct, IHostKernel =>
        HostTask.Bind(
            team, kernel, checked(rows * Blocks(columns)), Math.Min(columns, ColumnsOfBlock) * NanosecondsPerElement);

    private static int Blocks(int columns) => (columns + ColumnsOfBlock - 1) / ColumnsOfBlock;

    /// <summary>The first column of a block, its number of columns, and its row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Row, nint First, int Count) Block(int unit, int columns)
    {
        int blocks = Blocks(columns), row = unit / blocks, column = (unit - row * blocks) * ColumnsOfBlock;
        return (row, (nint)row * columns + column, Math.Min(ColumnsOfBlock, columns - column));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<TSimd>(TSimd factor, float* x, float* y, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        int i = 0;
        for (; i <= n - TSimd.Count; i += TSimd.Count)
            (factor * TSimd.Load(x + i)).Store(y + i);
        if (i < n)
            (factor * TSimd.LoadPart(x + i, n - i)).StorePart(y + i, n - i);
    }

    /// <summary>Units are blocks of columns.</summary>
    private readonly struct BroadcastKernel(int columns, float* column, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int unit = start; unit < end; unit++)
            {
                (int row, nint first, int count) = Block(unit, columns);
                new Span<float>(y + first, count).Fill(column[row]);
            }
        }
    }

    /// <summary>Units are blocks of columns.</summary>
    private readonly struct ScaleKernel(int columns, float* x, float* factors, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int unit = start; unit < end; unit++)
            {
                (int row, nint first, int count) = Block(unit, columns);
                Scale(TSimd.Splat(factors[row]), x + first, y + first, count);
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct DirectionsKernel(int columns, float least, float* x, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                float* from = x + (nint)row * columns;
                float norm = MathF.Sqrt(RowSumsHost.Dot<TSimd>(from, from, columns));
                Scale(TSimd.Splat(1f / (norm < least ? least : norm)), from, y + (nint)row * columns, columns);
            }
        }
    }
}
