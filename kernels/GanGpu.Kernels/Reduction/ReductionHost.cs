using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Reduction;

/// <summary>
/// sums[c] = Σ_r x[r,c] of x[rows,columns], each column's numbers added in the order of the rows. Overwrites sums.
/// </summary>
internal static unsafe class ReductionHost
{
    // A cache line of columns.
    private const int Grain = 16;

    public static Action ColumnSums(ThreadTeam team, int rows, int columns, float* x, float* sums) =>
        HostTask.Bind(team, new ColumnSumsKernel(rows, columns, x, sums), columns, 0.1 * rows, Grain);

    /// <summary>The sums of columns [start, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums<TSimd>(int rows, int columns, float* x, float* sums, int start, int end)
        where TSimd : struct, ISimd<TSimd>
    {
        int c = start;

        // Four sums at a time, because each addition waits for the previous one of its sum.
        for (; c <= end - 4 * TSimd.Count; c += 4 * TSimd.Count)
        {
            TSimd sum0 = TSimd.Splat(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            float* row = x + c;
            for (int r = 0; r < rows; r++, row += columns)
            {
                sum0 += TSimd.Load(row);
                sum1 += TSimd.Load(row + TSimd.Count);
                sum2 += TSimd.Load(row + 2 * TSimd.Count);
                sum3 += TSimd.Load(row + 3 * TSimd.Count);
            }

            sum0.Store(sums + c);
            sum1.Store(sums + c + TSimd.Count);
            sum2.Store(sums + c + 2 * TSimd.Count);
            sum3.Store(sums + c + 3 * TSimd.Count);
        }

        for (; c <= end - TSimd.Count; c += TSimd.Count)
        {
            TSimd sum = TSimd.Splat(0f);
            float* row = x + c;
            for (int r = 0; r < rows; r++, row += columns)
                sum += TSimd.Load(row);
            sum.Store(sums + c);
        }

        if (c < end)
        {
            TSimd sum = TSimd.Splat(0f);
            float* row = x + c;
            for (int r = 0; r < rows; r++, row += columns)
                sum += TSimd.LoadPart(row, end - c);
            sum.StorePart(sums + c, end - c);
        }
    }

    /// <summary>Units are columns.</summary>
    private readonly struct ColumnSumsKernel(int rows, int columns, float* x, float* sums) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd> =>
            ColumnSums<TSimd>(rows, columns, x, sums, start, end);
    }
}
