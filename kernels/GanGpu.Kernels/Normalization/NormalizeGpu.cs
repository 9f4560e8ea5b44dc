using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Normalisation of columns over each group of rows of x (<see cref="RowGroups"/>): x̂ = (x − mean) · rstd with
/// rstd = 1 / √(variance + ε) and the variance over Rows, and y = f(scale · x̂ + shift) in the same pass; batch norm
/// (Ioffe and Szegedy 2015, arXiv:1502.03167), and by other groups instance and layer norm. Overwrites all that it
/// computes.
/// </summary>
/// <remarks>
/// Sums are of differences from one of the values that they are of, which loses no digits where the mean is large: each
/// part's own first row, and means of parts relative to the group's first row; parts are joined as by Chan, Golub and
/// LeVeque (1979). x̂ is computed from x − (first row) − (mean relative to it), since the mean itself is rounded.
/// </remarks>
internal sealed class NormalizeGpu(KernelLoader loader)
{
    /// <summary>Those of a device.</summary>
    public static NormalizeGpu Of(IGpu gpu) => gpu.Kernels(static g => new NormalizeGpu(g.Loader));

    /// <summary>
    /// means[g,p,c] and squares[g,p,c]: a part's mean less the group's first row, and its sum of squared distances from
    /// that mean.
    /// </summary>
    public static void PartsKernel(RowTiles tiles, ArrayView<float> x, ArrayView<float> means, ArrayView<float> squares)
    {
        RowTile tile = RowTiles.Part(tiles, Grid.IdxX, Group.IdxX);
        if (tile.Column < tiles.Columns)
        {
            int count = RowTiles.RowsIn(tiles, tile.Part), stride = tiles.Lanes * tiles.Columns;
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

    /// <summary>Mean, variance and rstd of a group's column, and the mean less the group's first row.</summary>
    public static void CombineKernel(
        RowTiles tiles, float epsilon, ArrayView<float> x, ArrayView<float> means, ArrayView<float> squares,
        ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> rstd, ArrayView<float> relativeMean)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(RowTiles.GroupSize);
        int thread = Group.IdxX, width = RowTiles.GroupSize / tiles.CombineLanes;
        RowTile tile = RowTiles.Combine(tiles, Grid.IdxX, thread);
        bool inside = tile.Column < tiles.Columns;
        int parts = tile.Group * tiles.Parts * tiles.Columns + tile.Column;
        float sum = 0f;
        for (int part = tile.Lane; part < tiles.Parts; part += tiles.CombineLanes)
            sum += inside ? RowTiles.RowsIn(tiles, part) * means[parts + part * tiles.Columns] : 0f;
        sums[thread] = sum;
        for (int half = RowTiles.GroupSize / 2; half >= width; half >>= 1)
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
                square += squares[parts + part * tiles.Columns] + RowTiles.RowsIn(tiles, part) * distance * distance;
            }
        }

        sums[thread] = square;
        for (int half = RowTiles.GroupSize / 2; half >= width; half >>= 1)
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
            relativeMean[to] = relative;
            mean[to] = x[tile.Group * tiles.Rows * tiles.Columns + tile.Column] + relative;
            variance[to] = spread;
            rstd[to] = 1f / MathF.Sqrt(spread + epsilon);
        }
    }

    /// <summary>x̂ alone, one thread per element.</summary>
    public static void ApplyKernel(
        RowGroups shape, ArrayView<float> x, ArrayView<float> relativeMean, ArrayView<float> rstd,
        ArrayView<float> normalized)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int group = i / shape.GroupLength, column = i % shape.Columns, kept = group * shape.Columns + column;
            normalized[i] = (x[i] - x[group * shape.GroupLength + column] - relativeMean[kept]) * rstd[kept];
        }
    }

    /// <summary>y = f(scale · x̂ + shift), and x̂ where keep is not 0, one thread per element.</summary>
    public static void ApplyScaledKernel<TActivation>(
        RowGroups shape, float leak, int keep, ArrayView<float> x, ArrayView<float> relativeMean, ArrayView<float> rstd,
        ArrayView<float> scale, ArrayView<float> shift,
        ArrayView<float> normalized, ArrayView<float> y)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int group = i / shape.GroupLength, column = i % shape.Columns, kept = group * shape.Columns + column;
            float value = (x[i] - x[group * shape.GroupLength + column] - relativeMean[kept]) * rstd[kept];
            if (keep != 0)
                normalized[i] = value;
            y[i] = default(TActivation).Apply(scale[column] * value + shift[column], leak);
        }
    }

    /// <summary>Floats of scratch memory.</summary>
    public static int Scratch(RowGroups shape) => checked(2 * RowTiles.Of(shape).PartsLength + shape.Kept);

    public Action Bind(
        AcceleratorStream stream, RowGroups shape, float epsilon, ArrayView<float> x, ArrayView<float> mean,
        ArrayView<float> variance, ArrayView<float> rstd,
        ArrayView<float> normalized, ArrayView<float> scratch)
    {
        Action moments = Moments(stream, shape, epsilon, x, mean, variance, rstd, scratch);
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(ApplyKernel);
        KernelConfig all = loader.PerElement(shape.Length);
        ArrayView<float> relativeMean = RelativeMean(shape, scratch);
        return () =>
        {
            moments();
            launch(stream, all, shape, x, relativeMean, rstd, normalized);
        };
    }

    /// <summary>An empty view for x̂ where nobody wants it.</summary>
    public Action BindScaled(
        AcceleratorStream stream, RowGroups shape, float epsilon, Activation activation, ArrayView<float> x,
        ArrayView<float> scale, ArrayView<float> shift,
        ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> rstd, ArrayView<float> normalized,
        ArrayView<float> y, ArrayView<float> scratch)
    {
        Action moments = Moments(stream, shape, epsilon, x, mean, variance, rstd, scratch);
        Delegate kernel = activation.Kind switch
        {
            ActivationKind.Identity => ApplyScaledKernel<IdentityActivation>,
            ActivationKind.LeakyRelu => ApplyScaledKernel<LeakyReluActivation>,
            ActivationKind.Relu => ApplyScaledKernel<ReluActivation>,
            ActivationKind.Tanh => ApplyScaledKernel<TanhActivation>,
            ActivationKind.Sigmoid => ApplyScaledKernel<SigmoidActivation>,
            _ => throw new ArgumentOutOfRangeException(
                nameof(activation), activation.Kind, "This activation has no kernel."),
        };
        var launch = loader.Load<Action<
            AcceleratorStream, KernelConfig, RowGroups, float, int, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(kernel);
        KernelConfig all = loader.PerElement(shape.Length);
        ArrayView<float> relativeMean = RelativeMean(shape, scratch);
        int keep = normalized.IntLength == 0 ? 0 : 1;
        // A kernel has no optional parameters: what is not wanted is given some view that it then leaves alone.
        ArrayView<float> target = keep == 0 ? y : normalized;
        return () =>
        {
            moments();
            launch(stream, all, shape, activation.Leak, keep, x, relativeMean, rstd, scale, shift, target, y);
        };
    }

    private Action Moments(
        AcceleratorStream stream, RowGroups shape, float epsilon, ArrayView<float> x, ArrayView<float> mean,
        ArrayView<float> variance, ArrayView<float> rstd, ArrayView<float> scratch)
    {
        RowTiles tiles = RowTiles.Of(shape);
        var parts = loader.Load<Action<AcceleratorStream, KernelConfig, RowTiles, ArrayView<float>, ArrayView<float>,
            ArrayView<float>>>(PartsKernel);
        var combine = loader.Load<Action<
            AcceleratorStream, KernelConfig, RowTiles, float, ArrayView<float>, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>>>(CombineKernel);
        ArrayView<float> means = scratch.SubView(0, tiles.PartsLength),
            squares = scratch.SubView(tiles.PartsLength, tiles.PartsLength);
        ArrayView<float> relativeMean = RelativeMean(shape, scratch);
        KernelConfig first = new(tiles.PartGroups, RowTiles.GroupSize),
            second = new(tiles.CombineGroups, RowTiles.GroupSize);
        return () =>
        {
            parts(stream, first, tiles, x, means, squares);
            combine(stream, second, tiles, epsilon, x, means, squares, mean, variance, rstd, relativeMean);
        };
    }

    private static ArrayView<float> RelativeMean(RowGroups shape, ArrayView<float> scratch) =>
        scratch.SubView(2 * RowTiles.Of(shape).PartsLength, shape.Kept);
}
