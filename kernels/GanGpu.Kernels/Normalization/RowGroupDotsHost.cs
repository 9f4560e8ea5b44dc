using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// The gradients of a scale and shift of columns, over each group of rows (<see cref="RowGroups"/>). With g = dy ⊙
/// f'(y): dots[g,c] = Σ g · x and sums[g,c] = Σ g; towards the input dx = scale · g, or, if the input is the output of
/// a normalisation, dx = scale · rstd · (g − mean(g) − x̂ · mean(g · x̂)). Overwrites all its outputs.
/// </summary>
internal static unsafe class RowGroupDotsHost
{
    private const double NanosecondsPerElement = 0.2;

    /// <summary>dx = scale[g,c] · g.</summary>
    public static Action Bind(IHost host, ScaleShiftGradientLaunch o) => o.Scaled.Activation.Kind switch
    {
        ActivationKind.Identity => Bind<VectorIdentity>(host, o),
        ActivationKind.LeakyRelu => Bind<VectorLeakyRelu>(host, o),
        ActivationKind.Relu => Bind<VectorRelu>(host, o),
        ActivationKind.Tanh => Bind<VectorTanh>(host, o),
        ActivationKind.Sigmoid => Bind<VectorSigmoid>(host, o),
        _ => throw new ArgumentOutOfRangeException(nameof(o), o.Scaled.Activation.Kind, "Not an activation."),
    };

    /// <summary>dx through the normalisation, and, if there is a scale, the sums over all groups.</summary>
    public static Action Bind(IHost host, NormalizeGradientLaunch o) => o.Scaled?.Activation.Kind switch
    {
        null or ActivationKind.Identity => Bind<VectorIdentity>(host, o),
        ActivationKind.LeakyRelu => Bind<VectorLeakyRelu>(host, o),
        ActivationKind.Relu => Bind<VectorRelu>(host, o),
        ActivationKind.Tanh => Bind<VectorTanh>(host, o),
        ActivationKind.Sigmoid => Bind<VectorSigmoid>(host, o),
        _ => throw new ArgumentOutOfRangeException(nameof(o), o.Scaled?.Activation.Kind, "Not an activation."),
    };

    private static Action Bind<TActivation>(IHost host, ScaleShiftGradientLaunch o)
        where TActivation : struct, IVectorActivation
    {
        RowGroups shape = o.Shape;
        OutputGradient gradient = new(host, o.Dy, o.Scaled);
        return Sums<TActivation>(
            host, shape, gradient, host.Address(o.X), host.Address(o.Scaled.ScaleGradient),
            host.Address(o.Scaled.ShiftGradient))
            + HostTask.Bind(
                host.Team, new ScaleKernel<TActivation>(
                    shape, gradient, host.Address(o.Scaled.Scale), host.Address(o.Dx)), shape.Groups * shape.Rows,
                NanosecondsPerElement * shape.Columns);
    }

    private static Action Bind<TActivation>(IHost host, NormalizeGradientLaunch o)
        where TActivation : struct, IVectorActivation
    {
        RowGroups shape = o.Shape;
        RowGroupTilesHost tiles = new(shape);
        OutputGradient gradient = new(host, o.Dy, o.Scaled);
        float* normalized = host.Address(o.Normalized), rstd = host.Address(o.Rstd), dx = host.Address(o.Dx);
        float* scale = null, dots = null, sums = null;
        if (o.Scaled is { } scaled)
        {
            scale = host.Address(scaled.Scale);
            dots = host.Address(scaled.ScaleGradient);
            sums = host.Address(scaled.ShiftGradient);
        }

        bool direct = scale != null && shape.Groups == 1;
        float* groupDots = direct ? dots
            : host.Scratch(Scratch(shape)) + (nint)2 * shape.Groups * tiles.Chunks * shape.Columns;
        float* groupSums = direct ? sums : groupDots + shape.StatsLength;
        Action all = Sums<TActivation>(host, shape, gradient, normalized, groupDots, groupSums);
        if (scale != null && !direct)
            all += HostTask.Bind(host.Team, new TotalKernel(shape, groupDots, groupSums, dots, sums), 1, 0);
        GroupStatistics statistics = new(scale, rstd, groupDots, groupSums);
        return all + (shape.Columns == 1 && scale == null && typeof(TActivation) == typeof(VectorIdentity)
            ? HostTask.Bind(
                host.Team, new NormalizedSingleKernel(shape, gradient.Dy, statistics, normalized, dx), tiles.Count,
                NanosecondsPerElement * Math.Min(shape.Rows, tiles.Rows))
            : HostTask.Bind(
                host.Team, new NormalizedKernel<TActivation>(shape, gradient, statistics, normalized, dx),
                shape.Groups * shape.Rows, NanosecondsPerElement * shape.Columns));
    }

    private static Action Sums<TActivation>(
        IHost host, RowGroups shape, OutputGradient gradient, float* x, float* dots, float* sums)
        where TActivation : struct, IVectorActivation
    {
        RowGroupTilesHost tiles = new(shape);
        float* scratch = host.Scratch(Scratch(shape));
        return HostTask.Bind(
            host.Team, new PartsKernel<TActivation>(shape, gradient, x, scratch), tiles.Count,
            (double)shape.Length / tiles.Count * NanosecondsPerElement)
            + HostTask.Bind(
                host.Team, new CombineKernel(shape, scratch, dots, sums), shape.Groups * tiles.Blocks,
                0.1 * tiles.Chunks * RowGroupTilesHost.Width);
    }

    /// <summary>Floats of scratch memory: the parts' dots and sums, then those of the groups.</summary>
    private static int Scratch(RowGroups shape) =>
        checked(2 * shape.Groups * new RowGroupTilesHost(shape).Chunks * shape.Columns + 2 * shape.StatsLength);

    /// <summary>The gradient dy of the output y = f(…), and f; without activation y is dy.</summary>
    private readonly struct OutputGradient(IHost host, Slice<float> dy, ScaleShiftGradients? scaled)
    {
        public readonly float Leak = scaled?.Activation.Leak ?? Activation.Identity.Leak;

        public readonly float* Dy = host.Address(dy), Y = host.Address(scaled?.Y ?? dy);
    }

    /// <summary>The statistics of each group's columns; the scale, of one row, is null if there is none.</summary>
    private readonly struct GroupStatistics(float* scale, float* rstd, float* dots, float* sums)
    {
        public readonly float* Scale = scale, Rstd = rstd, Dots = dots, Sums = sums;
    }

    /// <summary>
    /// For each tile and column, in scratch[(group · chunks + chunk) · 2 · columns + …]: Σ g · x, then Σ g. Units are
    /// tiles.
    /// </summary>
    private readonly struct PartsKernel<TActivation>(
        RowGroups shape, OutputGradient gradient, float* x, float* scratch) : IHostKernel
        where TActivation : struct, IVectorActivation
    {
        private readonly RowGroupTilesHost tiles = new(shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            float* dy = gradient.Dy, y = gradient.Y;
            TSimd slope = TSimd.Splat(gradient.Leak), zero = TSimd.Splat(0f);
            for (int index = start; index < end; index++)
            {
                RowGroupTileHost tile = tiles[shape, index];
                nint first = (nint)tile.Group * shape.GroupLength + (nint)tile.FirstRow * columns + tile.FirstColumn;
                float* dots = scratch + (nint)(tile.Group * tiles.Chunks + tile.Chunk) * 2 * columns + tile.FirstColumn,
                    sums = dots + columns;
                if (columns == 1)
                {
                    Single(dy + first, y + first, x + first, tile.Rows, slope, dots);
                    continue;
                }

                int c = 0;
                // Four columns of vectors at a time, because each addition waits for the previous one of its sum.
                for (; c <= tile.Columns - 4 * TSimd.Count; c += 4 * TSimd.Count)
                {
                    TSimd dot0 = zero, dot1 = zero, dot2 = zero, dot3 = zero, sum0 = zero, sum1 = zero, sum2 = zero,
                        sum3 = zero;
                    nint at = first + c;
                    for (int r = 0; r < tile.Rows; r++, at += columns)
                    {
                        Add(TSimd.Load(dy + at), TSimd.Load(y + at), TSimd.Load(x + at), slope, ref dot0, ref sum0);
                        Add(TSimd.Load(dy + at + TSimd.Count), TSimd.Load(y + at + TSimd.Count),
                            TSimd.Load(x + at + TSimd.Count), slope, ref dot1, ref sum1);
                        Add(TSimd.Load(dy + at + 2 * TSimd.Count), TSimd.Load(y + at + 2 * TSimd.Count),
                            TSimd.Load(x + at + 2 * TSimd.Count), slope, ref dot2, ref sum2);
                        Add(TSimd.Load(dy + at + 3 * TSimd.Count), TSimd.Load(y + at + 3 * TSimd.Count),
                            TSimd.Load(x + at + 3 * TSimd.Count), slope, ref dot3, ref sum3);
                    }

                    dot0.Store(dots + c);
                    dot1.Store(dots + c + TSimd.Count);
                    dot2.Store(dots + c + 2 * TSimd.Count);
                    dot3.Store(dots + c + 3 * TSimd.Count);
                    sum0.Store(sums + c);
                    sum1.Store(sums + c + TSimd.Count);
                    sum2.Store(sums + c + 2 * TSimd.Count);
                    sum3.Store(sums + c + 3 * TSimd.Count);
                }

                for (; c < tile.Columns; c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, tile.Columns - c);
                    TSimd dot = zero, sum = zero;
                    nint at = first + c;
                    for (int r = 0; r < tile.Rows; r++, at += columns)
                        Add(Vectors.Load<TSimd>(dy + at, n), Vectors.Load<TSimd>(y + at, n),
                            Vectors.Load<TSimd>(x + at, n), slope, ref dot, ref sum);
                    Vectors.Store(dot, dots + c, n);
                    Vectors.Store(sum, sums + c, n);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TSimd>(TSimd dy, TSimd y, TSimd x, TSimd slope, ref TSimd dot, ref TSimd sum)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd g = dy * TActivation.Derivative(y, slope);
            dot = TSimd.Fma(g, x, dot);
            sum += g;
        }

        /// <summary>
        /// A tile of one column, whose numbers are contiguous. The missing lanes of the last vector are 0 and add
        /// nothing.
        /// </summary>
        private static void Single<TSimd>(float* dy, float* y, float* x, int count, TSimd slope, float* target)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd dot0 = TSimd.Splat(0f), dot1 = dot0, sum0 = dot0, sum1 = dot0;
            int i = 0;
            for (; i <= count - 2 * TSimd.Count; i += 2 * TSimd.Count)
            {
                Add(TSimd.Load(dy + i), TSimd.Load(y + i), TSimd.Load(x + i), slope, ref dot0, ref sum0);
                Add(TSimd.Load(dy + i + TSimd.Count), TSimd.Load(y + i + TSimd.Count), TSimd.Load(x + i + TSimd.Count),
                    slope, ref dot1, ref sum1);
            }

            for (; i < count; i += TSimd.Count)
            {
                int n = Math.Min(TSimd.Count, count - i);
                Add(Vectors.Load<TSimd>(dy + i, n), Vectors.Load<TSimd>(y + i, n), Vectors.Load<TSimd>(x + i, n), slope,
                    ref dot0, ref sum0);
            }

            target[0] = TSimd.Sum(dot0 + dot1);
            target[1] = TSimd.Sum(sum0 + sum1);
        }
    }

    /// <summary>Adds the tiles' sums. Units are a group's blocks of columns.</summary>
    private readonly struct CombineKernel(RowGroups shape, float* scratch, float* dots, float* sums) : IHostKernel
    {
        private readonly RowGroupTilesHost tiles = new(shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            for (int unit = start; unit < end; unit++)
            {
                int group = unit / tiles.Blocks, first = unit % tiles.Blocks * RowGroupTilesHost.Width;
                for (int c = first; c < Math.Min(columns, first + RowGroupTilesHost.Width); c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, columns - c);
                    float* part = scratch + (nint)group * tiles.Chunks * 2 * columns + c;
                    TSimd dot = TSimd.Splat(0f), sum = dot;
                    for (int chunk = 0; chunk < tiles.Chunks; chunk++, part += 2 * columns)
                    {
                        dot += Vectors.Load<TSimd>(part, n);
                        sum += Vectors.Load<TSimd>(part + columns, n);
                    }

                    Vectors.Store(dot, dots + (nint)group * columns + c, n);
                    Vectors.Store(sum, sums + (nint)group * columns + c, n);
                }
            }
        }
    }

    /// <summary>The sums over all groups. There is a single unit.</summary>
    private readonly struct TotalKernel(RowGroups shape, float* dots, float* sums, float* allDots, float* allSums)
        : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int c = 0; c < shape.Columns; c++)
            {
                float dot = 0f, sum = 0f;
                for (int group = 0; group < shape.Groups; group++)
                {
                    dot += dots[(nint)group * shape.Columns + c];
                    sum += sums[(nint)group * shape.Columns + c];
                }

                allDots[c] = dot;
                allSums[c] = sum;
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct ScaleKernel<TActivation>(
        RowGroups shape, OutputGradient gradient, float* scale, float* dx) : IHostKernel
        where TActivation : struct, IVectorActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            float* dy = gradient.Dy, y = gradient.Y;
            TSimd slope = TSimd.Splat(gradient.Leak);
            for (int row = end - 1; row >= start; row--)
            {
                nint at = (nint)row * columns;
                float* factor = scale + (nint)(row / shape.Rows) * columns;
                for (int c = 0; c < columns; c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, columns - c);
                    TSimd g = Vectors.Load<TSimd>(dy + at + c, n)
                        * TActivation.Derivative(Vectors.Load<TSimd>(y + at + c, n), slope);
                    Vectors.Store(g * Vectors.Load<TSimd>(factor + c, n), dx + at + c, n);
                }
            }
        }
    }

    /// <summary>Units are rows, in reverse order, because the last rows are still in the cache.</summary>
    private readonly struct NormalizedKernel<TActivation>(
        RowGroups shape, OutputGradient gradient, GroupStatistics columns, float* normalized, float* dx) : IHostKernel
        where TActivation : struct, IVectorActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int width = shape.Columns;
            float* dy = gradient.Dy, y = gradient.Y, rstd = columns.Rstd, scale = columns.Scale, dots = columns.Dots,
                sums = columns.Sums;
            TSimd slope = TSimd.Splat(gradient.Leak), inverse = TSimd.Splat(1f / shape.Rows);
            for (int row = end - 1; row >= start; row--)
            {
                nint at = (nint)row * width, statistic = (nint)(row / shape.Rows) * width;
                for (int c = 0; c < width; c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, width - c);
                    TSimd factor = Vectors.Load<TSimd>(rstd + statistic + c, n);
                    if (scale != null)
                        factor *= Vectors.Load<TSimd>(scale + c, n);
                    TSimd g = Vectors.Load<TSimd>(dy + at + c, n)
                        * TActivation.Derivative(Vectors.Load<TSimd>(y + at + c, n), slope);
                    g -= inverse * Vectors.Load<TSimd>(sums + statistic + c, n);
                    g -= Vectors.Load<TSimd>(normalized + at + c, n)
                        * (inverse * Vectors.Load<TSimd>(dots + statistic + c, n));
                    Vectors.Store(factor * g, dx + at + c, n);
                }
            }
        }
    }

    /// <summary>The gradient of a single column, without activation or scale. Units are tiles.</summary>
    private readonly struct NormalizedSingleKernel(
        RowGroups shape, float* dy, GroupStatistics groups, float* normalized, float* dx) : IHostKernel
    {
        private readonly RowGroupTilesHost tiles = new(shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int index = start; index < end; index++)
            {
                RowGroupTileHost tile = tiles[shape, index];
                nint at = (nint)tile.Group * shape.Rows + tile.FirstRow;
                TSimd factor = TSimd.Splat(groups.Rstd[tile.Group]),
                    mean = TSimd.Splat(groups.Sums[tile.Group] / shape.Rows),
                    dotMean = TSimd.Splat(groups.Dots[tile.Group] / shape.Rows);
                for (int i = 0; i < tile.Rows; i += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, tile.Rows - i);
                    TSimd g = Vectors.Load<TSimd>(dy + at + i, n) - mean
                        - Vectors.Load<TSimd>(normalized + at + i, n) * dotMean;
                    Vectors.Store(factor * g, dx + at + i, n);
                }
            }
        }
    }
}
