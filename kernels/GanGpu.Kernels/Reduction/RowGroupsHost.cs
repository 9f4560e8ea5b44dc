using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Reduction;

/// <summary>
/// Operations between a matrix and one row for each group of its rows (<see cref="RowGroups"/>): sums, their transpose,
/// and a scale and shift of each group's columns. Overwrites y.
/// </summary>
internal static unsafe class RowGroupsHost
{
    private const double NanosecondsPerElement = 0.1;

    private const int Grain = 64;

    /// <summary>sums[g,c] = factor · Σ_r x[g · Rows + r, c].</summary>
    public static Action Sum(ThreadTeam team, RowGroups shape, float factor, float* x, float* sums)
    {
        int blocks = (shape.Columns + RowGroupTilesHost.Width - 1) / RowGroupTilesHost.Width;
        return HostTask.Bind(
            team, new SumKernel(shape, factor, blocks, x, sums), shape.Groups * blocks,
            NanosecondsPerElement * shape.Rows * RowGroupTilesHost.Width);
    }

    /// <summary>y[g · Rows + r, c] = factor · x[g, c].</summary>
    public static Action Repeat(ThreadTeam team, RowGroups shape, float factor, float* x, float* y) =>
        HostTask.Bind(
            team, new RepeatKernel(shape, factor, x, y), shape.Groups * shape.Rows,
            NanosecondsPerElement * shape.Columns);

    /// <summary>y[g · Rows + r, c] = f(scale[g,c] · x[g · Rows + r, c] + shift[g,c]). y may be x.</summary>
    public static Action ScaleShift(
        ThreadTeam team, RowGroups shape, Activation activation, float* x, float* scale, float* shift, float* y) =>
        activation.Kind switch
        {
            ActivationKind.Identity => ScaleShift<VectorIdentity>(team, shape, activation.Leak, x, scale, shift, y),
            ActivationKind.LeakyRelu => ScaleShift<VectorLeakyRelu>(team, shape, activation.Leak, x, scale, shift, y),
            ActivationKind.Relu => ScaleShift<VectorRelu>(team, shape, activation.Leak, x, scale, shift, y),
            ActivationKind.Tanh => ScaleShift<VectorTanh>(team, shape, activation.Leak, x, scale, shift, y),
            ActivationKind.Sigmoid => ScaleShift<VectorSigmoid>(team, shape, activation.Leak, x, scale, shift, y),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation.Kind, "Not an activation."),
        };

    private static Action ScaleShift<TActivation>(
        ThreadTeam team, RowGroups shape, float leak, float* x, float* scale, float* shift, float* y)
        where TActivation : struct, IVectorActivation =>
        HostTask.Bind(
            team, new ScaleShiftKernel<TActivation>(shape, leak, x, scale, shift, y), shape.Groups * shape.Rows,
            NanosecondsPerElement * shape.Columns);

    /// <summary>Units are a group's blocks of columns.</summary>
    private readonly struct SumKernel(RowGroups shape, float factor, int blocks, float* x, float* sums) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            TSimd scale = TSimd.Splat(factor);
            for (int unit = start; unit < end; unit++)
            {
                int group = unit / blocks, first = unit % blocks * RowGroupTilesHost.Width;
                float* matrix = x + (nint)group * shape.GroupLength, to = sums + (nint)group * columns;
                for (int c = first; c < Math.Min(columns, first + RowGroupTilesHost.Width); c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, columns - c);
                    // Two sums at a time, because each addition waits for the previous one of its sum.
                    TSimd even = TSimd.Splat(0f), odd = even;
                    float* row = matrix + c;
                    int r = 0;
                    for (; r <= shape.Rows - 2; r += 2, row += 2 * columns)
                    {
                        even += Vectors.Load<TSimd>(row, n);
                        odd += Vectors.Load<TSimd>(row + columns, n);
                    }

                    if (r < shape.Rows)
                        even += Vectors.Load<TSimd>(row, n);
                    Vectors.Store((even + odd) * scale, to + c, n);
                }
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct RepeatKernel(RowGroups shape, float factor, float* x, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            TSimd scale = TSimd.Splat(factor);
            for (int row = start; row < end; row++)
            {
                float* from = x + (nint)(row / shape.Rows) * columns, to = y + (nint)row * columns;
                for (int c = 0; c < columns; c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, columns - c);
                    Vectors.Store(Vectors.Load<TSimd>(from + c, n) * scale, to + c, n);
                }
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct ScaleShiftKernel<TActivation>(
        RowGroups shape, float leak, float* x, float* scale, float* shift, float* y) : IHostKernel
        where TActivation : struct, IVectorActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            TSimd slope = TSimd.Splat(leak);
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * columns, statistic = (nint)(row / shape.Rows) * columns;
                for (int c = 0; c < columns; c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, columns - c);
                    TSimd value = TSimd.Fma(
                        Vectors.Load<TSimd>(scale + statistic + c, n), Vectors.Load<TSimd>(x + at + c, n),
                        Vectors.Load<TSimd>(shift + statistic + c, n));
                    Vectors.Store(TActivation.Apply(value, slope), y + at + c, n);
                }
            }
        }
    }
}
