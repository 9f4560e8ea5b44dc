using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// Exponentials of the rows of x [rows, columns] and their sums, with the row's maximum subtracted first, so that
/// nothing overflows. Each overwrites y.
/// </summary>
internal static unsafe class SoftmaxHost
{
    private const double NanosecondsPerElement = 1, NanosecondsPerRow = 20;

    /// <summary>y[r,c] = e^x[r,c] / Σ_i e^x[r,i].</summary>
    public static Action Softmax(ThreadTeam team, int rows, int columns, float* x, float* y) =>
        HostTask.Bind(
            team, new SoftmaxKernel(columns, x, y), rows, NanosecondsPerRow + columns * NanosecondsPerElement);

    /// <summary>y[r] = ln Σ_c e^x[r,c].</summary>
    public static Action LogSumExp(ThreadTeam team, int rows, int columns, float* x, float* y) =>
        HostTask.Bind(
            team, new LogSumExpKernel(columns, x, y), rows, NanosecondsPerRow + columns * NanosecondsPerElement);

    /// <summary>The maximum of n numbers; −∞ if n is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Greatest<TSimd>(float* x, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        float greatest = float.NegativeInfinity;
        int i = 0;
        if (n >= TSimd.Count)
        {
            TSimd lanes = TSimd.Load(x);
            for (i = TSimd.Count; i <= n - TSimd.Count; i += TSimd.Count)
                lanes = TSimd.Max(lanes, TSimd.Load(x + i));
            Span<float> each = stackalloc float[TSimd.Count];
            fixed (float* p = each)
                lanes.Store(p);
            foreach (float lane in each)
                greatest = lane > greatest ? lane : greatest;
        }

        for (; i < n; i++)
            greatest = x[i] > greatest ? x[i] : greatest;
        return greatest;
    }

    /// <summary>y[i] = factor · e^(x[i] − greatest). y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exponentials<TSimd>(float* x, int n, float greatest, float factor, float* y)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd less = TSimd.Splat(greatest), scale = TSimd.Splat(factor);
        int i = 0;
        for (; i <= n - TSimd.Count; i += TSimd.Count)
            (scale * VectorMath.Exp(TSimd.Load(x + i) - less)).Store(y + i);
        if (i < n)
            (scale * VectorMath.Exp(TSimd.LoadPart(x + i, n - i) - less)).StorePart(y + i, n - i);
    }

    /// <summary>Σ e^(x[i] − greatest); 0 if n is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfExponentials<TSimd>(float* x, int n, float greatest)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd less = TSimd.Splat(greatest), sum = TSimd.Splat(0f);
        int i = 0;
        for (; i <= n - TSimd.Count; i += TSimd.Count)
            sum += VectorMath.Exp(TSimd.Load(x + i) - less);
        float total = TSimd.Sum(sum);
        if (i < n)
        {
            // The lanes past the end also hold an exponential, so only the first n count.
            Span<float> lanes = stackalloc float[TSimd.Count];
            fixed (float* p = lanes)
                VectorMath.Exp(TSimd.LoadPart(x + i, n - i) - less).Store(p);
            foreach (float lane in lanes[..(n - i)])
                total += lane;
        }

        return total;
    }

    /// <summary>Units are rows.</summary>
    private readonly struct SoftmaxKernel(int columns, float* x, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                float* from = x + (nint)row * columns, to = y + (nint)row * columns;
                float greatest = Greatest<TSimd>(from, columns);
                Exponentials<TSimd>(
                    from, columns, greatest, 1f / SumOfExponentials<TSimd>(from, columns, greatest), to);
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct LogSumExpKernel(int columns, float* x, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                float* from = x + (nint)row * columns;
                float greatest = Greatest<TSimd>(from, columns);
                y[row] = greatest + MathF.Log(SumOfExponentials<TSimd>(from, columns, greatest));
            }
        }
    }
}
