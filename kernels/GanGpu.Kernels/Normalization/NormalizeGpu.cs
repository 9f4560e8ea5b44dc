using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Normalises the columns of each group of rows of x (<see cref="RowGroups"/>): x̂ = (x − mean) · rstd with rstd = 1 /
/// √(variance + ε), where the variance divides by Rows, and y = f(scale · x̂ + shift) in the same pass. One group is
/// batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167); other groups are instance and layer norm. Overwrites all its
/// outputs.
/// </summary>
/// <remarks>
/// Every sum is of differences from one of its own values, so that no digits are lost if the mean is large: for a part,
/// its first row; for the means of parts, the group's first row. Parts are joined as by Chan, Golub and LeVeque (1979).
/// x̂ is computed from x − (first row) − (mean relative to it), since the mean itself is rounded.
/// </remarks>
internal sealed class NormalizeGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static NormalizeGpu Of(IGpu gpu) => gpu.Kernels(static g => new NormalizeGpu(g.Loader));

    /// <summary>The statistics of each group's columns.</summary>
    public struct GroupMoments
    {
        public ArrayView<float> Mean, Variance, Rstd;

        /// <summary>The mean minus the group's first row.</summary>
        public ArrayView<float> RelativeMean;
    }

    /// <summary>The scale, shift and activation of x̂.</summary>
    public struct ScaleShift
    {
        public ArrayView<float> Scale, Shift;

        public float Leak;

        /// <summary>1 if x̂ itself is stored as well, otherwise 0.</summary>
        public int StoresNormalized;
    }

    /// <summary>
    /// means[g,p,c] and squares[g,p,c]: a part's mean minus the group's first row, and its sum of squared distances
    /// from that mean.
    /// </summary>
    public static void PartsKernel(
        RowGroupTilesGpu tiles, ArrayView<float> x, ArrayView<float> means, ArrayView<float> squares)
    {
        RowGroupTileGpu tile = RowGroupTilesGpu.Part(tiles, Grid.IdxX, Group.IdxX);
        if (tile.Column < tiles.Columns)
        {
            int count = RowGroupTilesGpu.RowsIn(tiles, tile.Part), stride = tiles.Lanes * tiles.Columns;
            int start = tile.Group * tiles.Rows * tiles.Columns + tile.Column;
            int i = start + ((tile.Part - tile.Lane) * tiles.RowsOfPart + tile.Lane) * tiles.Columns;
            float mean = 0f, square = 0f;
            if (count > 0)
            {
                float first = x[i], sum = 0f, sumOfSquares = 0f;
                for (int k = 0; k < count; k++)
                {
                    float distance = x[i + k * stride] - first;
                    sum += distance;
                    sumOfSquares += distance * distance;
                }

                mean = first - x[start] + sum / count;
                square = sumOfSquares - sum * (sum / count);
            }

            int to = (tile.Group * tiles.Parts + tile.Part) * tiles.Columns + tile.Column;
            means[to] = mean;
            squares[to] = square;
        }
    }

    /// <summary>Mean, variance and rstd of a group's column, and the mean minus the group's first row.</summary>
    public static void CombineKernel(
        RowGroupTilesGpu tiles, float epsilon, ArrayView<float> x, ArrayView<float> means, ArrayView<float> squares,
        GroupMoments moments)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(RowGroupTilesGpu.GroupSize);
        int thread = Group.IdxX, width = RowGroupTilesGpu.GroupSize / tiles.CombineLanes;
        RowGroupTileGpu tile = RowGroupTilesGpu.Combine(tiles, Grid.IdxX, thread);
        bool inside = tile.Column < tiles.Columns;
        int parts = tile.Group * tiles.Parts * tiles.Columns + tile.Column;
        float sum = 0f;
        for (int part = tile.Lane; part < tiles.Parts; part += tiles.CombineLanes)
            sum += inside ? RowGroupTilesGpu.RowsIn(tiles, part) * means[parts + part * tiles.Columns] : 0f;
        sums[thread] = sum;
        for (int half = RowGroupTilesGpu.GroupSize / 2; half >= width; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
                sums[thread] += sums[thread + half];
        }

        Group.Barrier();
        float relative = sums[thread % width] / tiles.Rows;
        Group.Barrier();
        float square = 0f;
        for (int part = tile.Lane; part < tiles.Parts; part += tiles.CombineLanes)
        {
            if (inside)
            {
                float distance = means[parts + part * tiles.Columns] - relative;
                square += squares[parts + part * tiles.Columns]
                    + RowGroupTilesGpu.RowsIn(tiles, part) * distance * distance;
            }
        }

        sums[thread] = square;
        for (int half = RowGroupTilesGpu.GroupSize / 2; half >= width; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
                sums[thread] += sums[thread + half];
        }

        Group.Barrier();
        if (inside && tile.Lane == 0)
        {
            int to = tile.Group * tiles.Columns + tile.Column;
            // Rounding could take the sum of the differences of squares below 0; NaN stays NaN.
            float spread = sums[thread] / tiles.Rows;
            spread = spread < 0f ? 0f : spread;
            moments.RelativeMean[to] = relative;
            moments.Mean[to] = x[tile.Group * tiles.Rows * tiles.Columns + tile.Column] + relative;
            moments.Variance[to] = spread;
            moments.Rstd[to] = 1f / MathF.Sqrt(spread + epsilon);
        }
    }

    /// <summary>x̂ alone, one thread per element.</summary>
    public static void ApplyKernel(
        RowGroups shape, ArrayView<float> x, GroupMoments moments, ArrayView<float> normalized)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int group = i / shape.GroupLength, column = i % shape.Columns, statistic = group * shape.Columns + column;
            normalized[i] = (x[i] - x[group * shape.GroupLength + column] - moments.RelativeMean[statistic])
                * moments.Rstd[statistic];
        }
    }

    /// <summary>y = f(scale · x̂ + shift), and x̂ if it is stored, one thread per element.</summary>
    public static void ApplyScaledKernel<TActivation>(
        RowGroups shape, ArrayView<float> x, GroupMoments moments, ScaleShift scaled, ArrayView<float> normalized,
        ArrayView<float> y)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int group = i / shape.GroupLength, column = i % shape.Columns, statistic = group * shape.Columns + column;
            float value = (x[i] - x[group * shape.GroupLength + column] - moments.RelativeMean[statistic])
                * moments.Rstd[statistic];
            if (scaled.StoresNormalized != 0)
                normalized[i] = value;
            y[i] = default(TActivation).Apply(
                scaled.Scale[column] * value + scaled.Shift[column], scaled.Leak);
        }
    }

    public Action Bind(IGpu gpu, NormalizeLaunch o)
    {
        RowGroupTilesGpu tiles = RowGroupTilesGpu.Of(o.Shape);
        ArrayView<float> scratch = gpu.Scratch(checked(2 * tiles.PartsLength + o.Shape.StatsLength)),
            x = gpu.View(o.X), means = scratch.SubView(0, tiles.PartsLength),
            squares = scratch.SubView(tiles.PartsLength, tiles.PartsLength);
        GroupMoments moments = new()
        {
            Mean = gpu.View(o.Mean),
            Variance = gpu.View(o.Variance),
            Rstd = gpu.View(o.Rstd),
            RelativeMean = scratch.SubView(2 * tiles.PartsLength, o.Shape.StatsLength),
        };
        var parts = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroupTilesGpu, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(PartsKernel);
        var combine = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroupTilesGpu, float, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, GroupMoments>>(CombineKernel);
        Action apply = o.Scaled is { } scaled ? ApplyScaled(gpu, o, scaled, moments) : Apply(gpu, o, moments);
        AcceleratorStream stream = gpu.Stream;
        float epsilon = o.Epsilon;
        KernelConfig first = new(tiles.PartGroups, RowGroupTilesGpu.GroupSize),
            second = new(tiles.CombineGroups, RowGroupTilesGpu.GroupSize);
        return () =>
        {
            parts(stream, first, tiles, x, means, squares);
            combine(stream, second, tiles, epsilon, x, means, squares, moments);
            apply();
        };
    }

    private Action Apply(IGpu gpu, NormalizeLaunch o, GroupMoments moments)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, ArrayView<float>, GroupMoments,
            ArrayView<float>>>(ApplyKernel);
        RowGroups shape = o.Shape;
        ArrayView<float> x = gpu.View(o.X), normalized = gpu.View(o.Normalized!.Value);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig all = loader.PerElement(shape.Length);
        return () => launch(stream, all, shape, x, moments, normalized);
    }

    private Action ApplyScaled(IGpu gpu, NormalizeLaunch o, ScaledNormalization scaled, GroupMoments moments)
    {
        Activation activation = scaled.Activation;
        Delegate kernel = activation.Kind switch
        {
            ActivationKind.Identity => ApplyScaledKernel<IdentityActivation>,
            ActivationKind.LeakyRelu => ApplyScaledKernel<LeakyReluActivation>,
            ActivationKind.Relu => ApplyScaledKernel<ReluActivation>,
            ActivationKind.Tanh => ApplyScaledKernel<TanhActivation>,
            ActivationKind.Sigmoid => ApplyScaledKernel<SigmoidActivation>,
            _ => throw new ArgumentOutOfRangeException(
                nameof(scaled), activation.Kind, "This activation has no kernel."),
        };
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, ArrayView<float>, GroupMoments,
            ScaleShift, ArrayView<float>, ArrayView<float>>>(kernel);
        RowGroups shape = o.Shape;
        ArrayView<float> x = gpu.View(o.X), y = gpu.View(scaled.Y);
        // A kernel has no optional parameters: an output that is not asked for is any view, which the kernel does not
        // touch.
        ArrayView<float> normalized = gpu.View(o.Normalized ?? scaled.Y);
        ScaleShift scaling = new()
        {
            Scale = gpu.View(scaled.Scale),
            Shift = gpu.View(scaled.Shift),
            Leak = activation.Leak,
            StoresNormalized = o.Normalized is null ? 0 : 1,
        };
        AcceleratorStream stream = gpu.Stream;
        KernelConfig all = loader.PerElement(shape.Length);
        return () => launch(stream, all, shape, x, moments, scaling, normalized, y);
    }
}
