using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Reduction;

/// <summary>
/// sums[r] = Σ_c a[r,c], or Σ_c a[r,c] · b[r,c], of matrices [rows, columns], in an order that depends only on the
/// vector width. Overwrites sums, and scratch, which other launches of the same backend may share. Long rows are
/// divided into blocks that several threads can share.
/// </summary>
internal static unsafe class RowSumsHost
{
    private const int ColumnsOfBlock = 8192;

    private const double NanosecondsPerElement = 0.1;

    /// <summary>sums[r] = Σ_c x[r,c].</summary>
    public static Action Sums(ThreadTeam team, int rows, int columns, float* x, float* sums, float* scratch) =>
        Bind<Element>(team, rows, columns, x, x, sums, scratch);

    /// <summary>sums[r] = Σ_c a[r,c] · b[r,c].</summary>
    public static Action Dots(
        ThreadTeam team, int rows, int columns, float* a, float* b, float* sums, float* scratch) =>
        Bind<Product>(team, rows, columns, a, b, sums, scratch);

    /// <summary>Floats of scratch memory that a launch needs; 0 if rows are not divided.</summary>
    public static int Scratch(int rows, int columns) => columns <= ColumnsOfBlock ? 0 : checked(rows * Blocks(columns));

    /// <summary>Σ a[i] · b[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot<TSimd>(float* a, float* b, int n)
        where TSimd : struct, ISimd<TSimd> => Sum<TSimd, Product>(a, b, n);

    private static Action Bind<TTerm>(
        ThreadTeam team, int rows, int columns, float* a, float* b, float* sums, float* scratch)
        where TTerm : struct, ITerm
    {
        if (columns <= ColumnsOfBlock)
            return HostTask.Bind(
                team, new RowsKernel<TTerm>(columns, a, b, sums), rows, columns * NanosecondsPerElement);
        int blocks = Blocks(columns);
        return HostTask.Bind(
            team, new BlocksKernel<TTerm>(columns, blocks, a, b, scratch), rows * blocks,
            ColumnsOfBlock * NanosecondsPerElement)
            + HostTask.Bind(team, new LastKernel(blocks, scratch, sums), rows, blocks * NanosecondsPerElement);
    }

    private static int Blocks(int columns) => (columns + ColumnsOfBlock - 1) / ColumnsOfBlock;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum<TSimd, TTerm>(float* a, float* b, int n)
        where TSimd : struct, ISimd<TSimd>
        where TTerm : struct, ITerm
    {
        // Four sums at a time, because each addition waits for the previous one of its sum.
        TSimd sum0 = TSimd.Splat(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        int i = 0;
        for (; i <= n - 4 * TSimd.Count; i += 4 * TSimd.Count)
        {
            sum0 = TTerm.Add(TSimd.Load(a + i), TSimd.Load(b + i), sum0);
            sum1 = TTerm.Add(TSimd.Load(a + i + TSimd.Count), TSimd.Load(b + i + TSimd.Count), sum1);
            sum2 = TTerm.Add(TSimd.Load(a + i + 2 * TSimd.Count), TSimd.Load(b + i + 2 * TSimd.Count), sum2);
            sum3 = TTerm.Add(TSimd.Load(a + i + 3 * TSimd.Count), TSimd.Load(b + i + 3 * TSimd.Count), sum3);
        }

        for (; i <= n - TSimd.Count; i += TSimd.Count)
            sum0 = TTerm.Add(TSimd.Load(a + i), TSimd.Load(b + i), sum0);
        if (i < n)
            sum1 = TTerm.Add(TSimd.LoadPart(a + i, n - i), TSimd.LoadPart(b + i, n - i), sum1);
        return TSimd.Sum(sum0 + sum1 + (sum2 + sum3));
    }

    private interface ITerm
    {
        static abstract TSimd Add<TSimd>(TSimd a, TSimd b, TSimd sum)
            where TSimd : struct, ISimd<TSimd>;
    }

    private readonly struct Element : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TSimd Add<TSimd>(TSimd a, TSimd b, TSimd sum)
            where TSimd : struct, ISimd<TSimd> => sum + a;
    }

    private readonly struct Product : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TSimd Add<TSimd>(TSimd a, TSimd b, TSimd sum)
            where TSimd : struct, ISimd<TSimd> => TSimd.Fma(a, b, sum);
    }

    /// <summary>Units are rows.</summary>
    private readonly struct RowsKernel<TTerm>(int columns, float* a, float* b, float* sums) : IHostKernel
        where TTerm : struct, ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
                sums[row] = Sum<TSimd, TTerm>(a + (nint)row * columns, b + (nint)row * columns, columns);
        }
    }

    /// <summary>Units are blocks of columns, row after row.</summary>
    private readonly struct BlocksKernel<TTerm>(int columns, int blocks, float* a, float* b, float* partial)
        : IHostKernel
        where TTerm : struct, ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int unit = start; unit < end; unit++)
            {
                int column = unit % blocks * ColumnsOfBlock;
                nint first = (nint)(unit / blocks) * columns + column;
                partial[unit] = Sum<TSimd, TTerm>(a + first, b + first, Math.Min(ColumnsOfBlock, columns - column));
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct LastKernel(int blocks, float* partial, float* sums) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                double sum = 0;
                for (int block = 0; block < blocks; block++)
                    sum += partial[row * blocks + block];
                sums[row] = (float)sum;
            }
        }
    }
}
