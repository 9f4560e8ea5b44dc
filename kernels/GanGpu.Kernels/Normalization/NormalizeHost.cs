using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Normalises the columns of each group of rows of x (<see cref="RowGroups"/>): x̂ = (x − mean) · rstd with rstd = 1 /
/// √(variance + ε), where the variance divides by Rows, and y = f(scale · x̂ + shift) in the same pass. One group is
/// batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167); other groups are instance and layer norm. Overwrites all its
/// outputs. x is read from memory twice: a tile of rows stays in the cache for its own two passes, the first for the
/// mean, the second for the distances from it. Means are relative to the group's first row, and joined as
/// <see cref="NormalizeGpu"/> describes.
/// </summary>
internal static unsafe class NormalizeHost
{
    private const double NanosecondsPerElement = 0.15;

    public static Action Bind(IHost host, NormalizeLaunch o)
    {
        RowGroups shape = o.Shape;
        RowGroupTilesHost tiles = new(shape);
        int partsLength = checked(2 * shape.Groups * tiles.Chunks * shape.Columns);
        float* scratch = host.Scratch(checked(partsLength + shape.StatsLength)), x = host.Address(o.X);
        GroupMoments moments = new(host, o, scratch + partsLength);
        double nanoseconds = (double)shape.Length / tiles.Count * NanosecondsPerElement;
        return HostTask.Bind(host.Team, new MomentsKernel(shape, x, scratch), tiles.Count, nanoseconds)
            + HostTask.Bind(
                host.Team, new CombineKernel(shape, o.Epsilon, x, scratch, moments), shape.Groups * tiles.Blocks,
                0.2 * tiles.Chunks * RowGroupTilesHost.Width)
            + (o.Scaled?.Activation.Kind switch
            {
                null or ActivationKind.Identity => Apply<VectorIdentity>(),
                ActivationKind.LeakyRelu => Apply<VectorLeakyRelu>(),
                ActivationKind.Relu => Apply<VectorRelu>(),
                ActivationKind.Tanh => Apply<VectorTanh>(),
                ActivationKind.Sigmoid => Apply<VectorSigmoid>(),
                _ => throw new ArgumentOutOfRangeException(nameof(o), o.Scaled?.Activation.Kind, "Not an activation."),
            });

        Action Apply<TActivation>()
            where TActivation : struct, IVectorActivation => shape.Columns == 1 && o.Scaled is null
                ? HostTask.Bind(
                    host.Team, new ApplySingleKernel(shape, x, moments, host.Address(o.Normalized!.Value)), tiles.Count,
                    nanoseconds)
                : HostTask.Bind(
                    host.Team, new ApplyKernel<TActivation>(shape, x, moments, new Results(host, o)),
                    shape.Groups * shape.Rows, NanosecondsPerElement * shape.Columns);
    }

    /// <summary>The statistics of each group's columns.</summary>
    private readonly struct GroupMoments(IHost host, NormalizeLaunch o, float* relativeMean)
    {
        public readonly float* Mean = host.Address(o.Mean), Variance = host.Address(o.Variance),
            Rstd = host.Address(o.Rstd);

        /// <summary>The mean minus the group's first row.</summary>
        public readonly float* RelativeMean = relativeMean;
    }

    /// <summary>
    /// The outputs. x̂ and y are null if they are not asked for; without y, scale and shift are null too.
    /// </summary>
    private readonly struct Results(IHost host, NormalizeLaunch o)
    {
        public readonly float* Normalized = o.Normalized is { } normalized ? host.Address(normalized) : null;

        public readonly float* Scale = o.Scaled is { } y ? host.Address(y.Scale) : null;

        public readonly float* Shift = o.Scaled is { } y ? host.Address(y.Shift) : null;

        public readonly float* Y = o.Scaled is { } y ? host.Address(y.Y) : null;

        public readonly float Leak = o.Scaled?.Activation.Leak ?? 0f;
    }

    /// <summary>
    /// For each tile and column, in scratch[(group · chunks + chunk) · 2 · columns + …]: the mean minus the group's
    /// first row, then the sum of squared distances from it. Units are tiles.
    /// </summary>
    private readonly struct MomentsKernel(RowGroups shape, float* x, float* scratch) : IHostKernel
    {
        private readonly RowGroupTilesHost tiles = new(shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            for (int index = start; index < end; index++)
            {
                RowGroupTileHost tile = tiles[shape, index];
                float* first = x + (nint)tile.Group * shape.GroupLength + tile.FirstColumn, from = first
                    + (nint)tile.FirstRow * columns;
                float* means = scratch + (nint)(tile.Group * tiles.Chunks + tile.Chunk) * 2 * columns
                    + tile.FirstColumn, squares = means + columns;
                if (columns == 1)
                {
                    Single<TSimd>(from, tile.Rows, *first, means);
                    continue;
                }

                TSimd inverse = TSimd.Splat(1f / tile.Rows), zero = TSimd.Splat(0f);
                int c = 0;
                // Four columns of vectors at a time, because each addition waits for the previous one of its sum.
                for (; c <= tile.Columns - 4 * TSimd.Count; c += 4 * TSimd.Count)
                {
                    float* row = from + c;
                    TSimd origin0 = TSimd.Load(row), origin1 = TSimd.Load(row + TSimd.Count),
                        origin2 = TSimd.Load(row + 2 * TSimd.Count), origin3 = TSimd.Load(row + 3 * TSimd.Count);
                    TSimd sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
                    for (int r = 0; r < tile.Rows; r++, row += columns)
                    {
                        sum0 += TSimd.Load(row) - origin0;
                        sum1 += TSimd.Load(row + TSimd.Count) - origin1;
                        sum2 += TSimd.Load(row + 2 * TSimd.Count) - origin2;
                        sum3 += TSimd.Load(row + 3 * TSimd.Count) - origin3;
                    }

                    sum0 *= inverse;
                    sum1 *= inverse;
                    sum2 *= inverse;
                    sum3 *= inverse;
                    TSimd square0 = zero, square1 = zero, square2 = zero, square3 = zero;
                    row = from + c;
                    for (int r = 0; r < tile.Rows; r++, row += columns)
                    {
                        square0 = Square(TSimd.Load(row) - origin0 - sum0, square0);
                        square1 = Square(TSimd.Load(row + TSimd.Count) - origin1 - sum1, square1);
                        square2 = Square(TSimd.Load(row + 2 * TSimd.Count) - origin2 - sum2, square2);
                        square3 = Square(TSimd.Load(row + 3 * TSimd.Count) - origin3 - sum3, square3);
                    }

                    float* head = first + c;
                    (origin0 - TSimd.Load(head) + sum0).Store(means + c);
                    (origin1 - TSimd.Load(head + TSimd.Count) + sum1).Store(means + c + TSimd.Count);
                    (origin2 - TSimd.Load(head + 2 * TSimd.Count) + sum2).Store(means + c + 2 * TSimd.Count);
                    (origin3 - TSimd.Load(head + 3 * TSimd.Count) + sum3).Store(means + c + 3 * TSimd.Count);
                    square0.Store(squares + c);
                    square1.Store(squares + c + TSimd.Count);
                    square2.Store(squares + c + 2 * TSimd.Count);
                    square3.Store(squares + c + 3 * TSimd.Count);
                }

                for (; c < tile.Columns; c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, tile.Columns - c);
                    float* row = from + c;
                    TSimd origin = Vectors.Load<TSimd>(row, n), sum = zero, square = zero;
                    for (int r = 0; r < tile.Rows; r++, row += columns)
                        sum += Vectors.Load<TSimd>(row, n) - origin;
                    sum *= inverse;
                    row = from + c;
                    for (int r = 0; r < tile.Rows; r++, row += columns)
                        square = Square(Vectors.Load<TSimd>(row, n) - origin - sum, square);
                    Vectors.Store(origin - Vectors.Load<TSimd>(first + c, n) + sum, means + c, n);
                    Vectors.Store(square, squares + c, n);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Square<TSimd>(TSimd distance, TSimd square)
            where TSimd : struct, ISimd<TSimd> => TSimd.Fma(distance, distance, square);

        /// <summary>A tile of one column, whose numbers are contiguous.</summary>
        private static void Single<TSimd>(float* from, int count, float first, float* moments)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd origin = TSimd.Splat(*from), sum0 = TSimd.Splat(0f), sum1 = sum0;
            int i = 0;
            for (; i <= count - 2 * TSimd.Count; i += 2 * TSimd.Count)
            {
                sum0 += TSimd.Load(from + i) - origin;
                sum1 += TSimd.Load(from + i + TSimd.Count) - origin;
            }

            int rest = i;
            float mean = TSimd.Sum(sum0 + sum1);
            for (; i < count; i++)
                mean += from[i] - *from;
            mean /= count;

            TSimd center = TSimd.Splat(mean), square0 = TSimd.Splat(0f), square1 = square0;
            for (i = 0; i < rest; i += 2 * TSimd.Count)
            {
                square0 = Square(TSimd.Load(from + i) - origin - center, square0);
                square1 = Square(TSimd.Load(from + i + TSimd.Count) - origin - center, square1);
            }

            float square = TSimd.Sum(square0 + square1);
            for (; i < count; i++)
                square += (from[i] - *from - mean) * (from[i] - *from - mean);
            moments[0] = *from - first + mean;
            moments[1] = square;
        }
    }

    /// <summary>
    /// Mean, variance and rstd of each group's columns, and the mean minus the group's first row. Units are a group's
    /// blocks of columns.
    /// </summary>
    private readonly struct CombineKernel(
        RowGroups shape, float epsilon, float* x, float* scratch, GroupMoments moments) : IHostKernel
    {
        private readonly RowGroupTilesHost tiles = new(shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            TSimd inverse = TSimd.Splat(1f / shape.Rows), zero = TSimd.Splat(0f);
            for (int unit = start; unit < end; unit++)
            {
                int group = unit / tiles.Blocks, first = unit % tiles.Blocks * RowGroupTilesHost.Width;
                for (int c = first; c < Math.Min(columns, first + RowGroupTilesHost.Width); c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, columns - c);
                    float* parts = scratch + (nint)group * tiles.Chunks * 2 * columns + c;
                    TSimd sum = zero, square = zero;
                    for (int chunk = 0; chunk < tiles.Chunks; chunk++)
                        sum = TSimd.Fma(
                            TSimd.Splat(RowsOf(chunk)), Vectors.Load<TSimd>(parts + (nint)chunk * 2 * columns, n), sum);
                    TSimd relative = sum * inverse;
                    for (int chunk = 0; chunk < tiles.Chunks; chunk++)
                    {
                        float* part = parts + (nint)chunk * 2 * columns;
                        TSimd distance = Vectors.Load<TSimd>(part, n) - relative;
                        square = TSimd.Fma(
                            TSimd.Splat(RowsOf(chunk)) * distance, distance, square
                            + Vectors.Load<TSimd>(part + columns, n));
                    }

                    // Rounding could take the sum of the differences of squares below 0.
                    TSimd spread = TSimd.Max(zero, square * inverse);
                    nint to = (nint)group * columns + c;
                    Vectors.Store(relative, moments.RelativeMean + to, n);
                    Vectors.Store(
                        Vectors.Load<TSimd>(x + (nint)group * shape.GroupLength + c, n) + relative,
                        moments.Mean + to, n);
                    Vectors.Store(spread, moments.Variance + to, n);
                    Vectors.Store(
                        TSimd.Splat(1f) / TSimd.Sqrt(spread + TSimd.Splat(epsilon)), moments.Rstd + to, n);
                }
            }
        }

        private int RowsOf(int chunk) => Math.Min(tiles.Rows, shape.Rows - chunk * tiles.Rows);
    }

    /// <summary>
    /// x̂ and f(scale · x̂ + shift), whichever are asked for. Units are rows, in reverse order, because the last rows
    /// are still in the cache.
    /// </summary>
    private readonly struct ApplyKernel<TActivation>(
        RowGroups shape, float* x, GroupMoments moments, Results results) : IHostKernel
        where TActivation : struct, IVectorActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.Columns;
            float* scale = results.Scale, shift = results.Shift, normalized = results.Normalized, y = results.Y;
            TSimd slope = TSimd.Splat(results.Leak);
            for (int row = end - 1; row >= start; row--)
            {
                int group = row / shape.Rows;
                nint at = (nint)row * columns;
                float* origin = x + (nint)group * shape.GroupLength, mean = moments.RelativeMean
                    + (nint)group * columns, factor = moments.Rstd + (nint)group * columns;
                for (int c = 0; c < columns; c += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, columns - c);
                    TSimd value = (
                        Vectors.Load<TSimd>(x + at + c, n) - Vectors.Load<TSimd>(origin + c, n)
                        - Vectors.Load<TSimd>(mean + c, n)) * Vectors.Load<TSimd>(factor + c, n);
                    if (normalized != null)
                        Vectors.Store(value, normalized + at + c, n);
                    if (y != null)
                        Vectors.Store(
                            TActivation.Apply(
                                TSimd.Fma(Vectors.Load<TSimd>(scale + c, n), value, Vectors.Load<TSimd>(shift + c, n)),
                                slope), y + at + c, n);
                }
            }
        }
    }

    /// <summary>x̂ of a single column. Units are tiles.</summary>
    private readonly struct ApplySingleKernel(
        RowGroups shape, float* x, GroupMoments moments, float* normalized) : IHostKernel
    {
        private readonly RowGroupTilesHost tiles = new(shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int index = start; index < end; index++)
            {
                RowGroupTileHost tile = tiles[shape, index];
                nint at = (nint)tile.Group * shape.Rows;
                TSimd origin = TSimd.Splat(x[at]), mean = TSimd.Splat(moments.RelativeMean[tile.Group]),
                    factor = TSimd.Splat(moments.Rstd[tile.Group]);
                at += tile.FirstRow;
                for (int i = 0; i < tile.Rows; i += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, tile.Rows - i);
                    Vectors.Store(
                        (Vectors.Load<TSimd>(x + at + i, n) - origin - mean) * factor, normalized + at + i, n);
                }
            }
        }
    }
}
