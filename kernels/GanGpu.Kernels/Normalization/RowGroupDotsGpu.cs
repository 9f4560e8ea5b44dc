using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// What a scale and a shift of columns send back, over each group of rows (<see cref="RowGroups"/>): with g = dy ⊙
/// f'(y), dots[g,c] = Σ g · x and sums[g,c] = Σ g; and towards what was scaled, dx = scale · g, or through a
/// normalisation as well, dx = scale · rstd · (g − mean(g) − x̂ · mean(g · x̂)). Overwrites all that it computes.
/// </summary>
internal sealed class RowGroupDotsGpu(KernelLoader loader)
{
    /// <summary>Those of a device.</summary>
    public static RowGroupDotsGpu Of(IGpu gpu) => gpu.Kernels(static g => new RowGroupDotsGpu(g.Loader));

    public static void PartsKernel<TActivation>(
        RowTiles tiles, float leak, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> x, ArrayView<float> dots,
        ArrayView<float> sums)
        where TActivation : unmanaged, IActivation
    {
        RowTile tile = RowTiles.Part(tiles, Grid.IdxX, Group.IdxX);
        if (tile.Column < tiles.Columns)
        {
            int count = RowTiles.RowsIn(tiles, tile.Part), stride = tiles.Lanes * tiles.Columns;
            int i = tile.Group * tiles.Rows * tiles.Columns + ((tile.Part - tile.Lane) * tiles.RowsOfPart + tile.Lane)
                * tiles.Columns + tile.Column;
            float dot = 0f, sum = 0f;
            for (int k = 0; k < count; k++)
            {
                float g = dy[i] * default(TActivation).Derivative(y[i], leak);
                dot += g * x[i];
                sum += g;
                i += stride;
            }

            int to = (tile.Group * tiles.Parts + tile.Part) * tiles.Columns + tile.Column;
            dots[to] = dot;
            sums[to] = sum;
        }
    }

    /// <summary>The parts' sums added up.</summary>
    public static void CombineKernel(
        RowTiles tiles, ArrayView<float> partDots, ArrayView<float> partSums, ArrayView<float> dots,
        ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * RowTiles.GroupSize);
        int thread = Group.IdxX, width = RowTiles.GroupSize / tiles.CombineLanes;
        RowTile tile = RowTiles.Combine(tiles, Grid.IdxX, thread);
        bool inside = tile.Column < tiles.Columns;
        int parts = tile.Group * tiles.Parts * tiles.Columns + tile.Column;
        float dot = 0f, sum = 0f;
        for (int part = tile.Lane; part < tiles.Parts; part += tiles.CombineLanes)
        {
            if (inside)
            {
                dot += partDots[parts + part * tiles.Columns];
                sum += partSums[parts + part * tiles.Columns];
            }
        }

        shared[thread] = dot;
        shared[RowTiles.GroupSize + thread] = sum;
        for (int half = RowTiles.GroupSize / 2; half >= width; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
            {
                shared[thread] += shared[thread + half];
                shared[RowTiles.GroupSize + thread] += shared[RowTiles.GroupSize + thread + half];
            }
        }

        Group.Barrier();
        if (inside && tile.Lane == 0)
        {
            int to = tile.Group * tiles.Columns + tile.Column;
            dots[to] = shared[thread];
            sums[to] = shared[RowTiles.GroupSize + thread];
        }
    }

    /// <summary>The sums of all groups, one thread per column.</summary>
    public static void TotalKernel(
        int groups, int columns, ArrayView<float> dots, ArrayView<float> sums, ArrayView<float> allDots,
        ArrayView<float> allSums)
    {
        int column = Grid.IdxX * Group.DimX + Group.IdxX;
        if (column < columns)
        {
            float dot = 0f, sum = 0f;
            for (int group = 0; group < groups; group++)
            {
                dot += dots[group * columns + column];
                sum += sums[group * columns + column];
            }

            allDots[column] = dot;
            allSums[column] = sum;
        }
    }

    /// <summary>dx[r,c] = scale[g,c] · g[r,c], one thread per element.</summary>
    public static void ScaleKernel<TActivation>(
        RowGroups shape, float leak, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> scale,
        ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
            dx[i] = dy[i] * default(TActivation).Derivative(y[i], leak)
                * scale[i / shape.GroupLength * shape.Columns + i % shape.Columns];
    }

    /// <summary>
    /// dx = scale · rstd · (g − mean(g) − x̂ · mean(g · x̂)), one thread per element; scale is one row, or 1 where
    /// scaled is 0.
    /// </summary>
    public static void NormalizedKernel<TActivation>(
        RowGroups shape, float leak, int scaled, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> normalized,
        ArrayView<float> rstd, ArrayView<float> scale,
        ArrayView<float> dots, ArrayView<float> sums, ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int column = i % shape.Columns, kept = i / shape.GroupLength * shape.Columns + column;
            float factor = rstd[kept];
            if (scaled != 0)
                factor *= scale[column];
            float g = dy[i] * default(TActivation).Derivative(y[i], leak);
            dx[i] = factor * (g - sums[kept] / shape.Rows - normalized[i] * (dots[kept] / shape.Rows));
        }
    }

    /// <summary>Floats of scratch memory.</summary>
    public static int Scratch(RowGroups shape) => checked(2 * RowTiles.Of(shape).PartsLength + 2 * shape.Kept);

    /// <summary>dx = scale[g,c] · g. y is dy again where there is no activation.</summary>
    public Action BindScaled(
        AcceleratorStream stream, RowGroups shape, Activation activation, ArrayView<float> dy, ArrayView<float> y,
        ArrayView<float> x, ArrayView<float> scale,
        ArrayView<float> dx, ArrayView<float> dots, ArrayView<float> sums, ArrayView<float> scratch) =>
            activation.Kind switch
            {
                ActivationKind.Identity =>
                    BindScaled<IdentityActivation>(
                        stream, shape, activation.Leak, dy, y, x, scale, dx, dots, sums, scratch),
                ActivationKind.LeakyRelu =>
                    BindScaled<LeakyReluActivation>(
                        stream, shape, activation.Leak, dy, y, x, scale, dx, dots, sums, scratch),
                ActivationKind.Relu =>
                    BindScaled<ReluActivation>(stream, shape, activation.Leak, dy, y, x, scale, dx, dots, sums, scratch),
                ActivationKind.Tanh =>
                    BindScaled<TanhActivation>(stream, shape, activation.Leak, dy, y, x, scale, dx, dots, sums, scratch),
                ActivationKind.Sigmoid =>
                    BindScaled<SigmoidActivation>(stream, shape, activation.Leak, dy, y, x, scale, dx, dots, sums, scratch),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(activation), activation.Kind, "This activation has no kernel."),
            };

    /// <summary>
    /// dx through the normalisation; dots and sums, of all groups together, only where there is a scale, which is one
    /// row: else the three are empty. y is dy again where there is no activation.
    /// </summary>
    public Action BindNormalized(
        AcceleratorStream stream, RowGroups shape, Activation activation, ArrayView<float> dy, ArrayView<float> y,
        ArrayView<float> normalized, ArrayView<float> rstd,
        ArrayView<float> scale, ArrayView<float> dx, ArrayView<float> dots, ArrayView<float> sums,
        ArrayView<float> scratch) => activation.Kind switch
        {
            ActivationKind.Identity =>
                BindNormalized<IdentityActivation>(
                    stream, shape, activation.Leak, dy, y, normalized, rstd, scale, dx, dots, sums, scratch),
            ActivationKind.LeakyRelu =>
                BindNormalized<LeakyReluActivation>(
                    stream, shape, activation.Leak, dy, y, normalized, rstd, scale, dx, dots, sums, scratch),
            ActivationKind.Relu =>
                BindNormalized<ReluActivation>(
                    stream, shape, activation.Leak, dy, y, normalized, rstd, scale, dx, dots, sums, scratch),
            ActivationKind.Tanh =>
                BindNormalized<TanhActivation>(
                    stream, shape, activation.Leak, dy, y, normalized, rstd, scale, dx, dots, sums, scratch),
            ActivationKind.Sigmoid =>
                BindNormalized<SigmoidActivation>(
                    stream, shape, activation.Leak, dy, y, normalized, rstd, scale, dx, dots, sums, scratch),
            _ => throw new ArgumentOutOfRangeException(
                nameof(activation), activation.Kind, "This activation has no kernel."),
        };

    private Action BindScaled<TActivation>(
        AcceleratorStream stream, RowGroups shape, float leak, ArrayView<float> dy, ArrayView<float> y,
        ArrayView<float> x, ArrayView<float> scale,
        ArrayView<float> dx, ArrayView<float> dots, ArrayView<float> sums, ArrayView<float> scratch)
        where TActivation : unmanaged, IActivation
    {
        Action dotsAndSums = Sums<TActivation>(stream, shape, leak, dy, y, x, dots, sums, scratch);
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, float, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ScaleKernel<TActivation>);
        KernelConfig all = loader.PerElement(shape.Length);
        return () =>
        {
            dotsAndSums();
            launch(stream, all, shape, leak, dy, y, scale, dx);
        };
    }

    private Action BindNormalized<TActivation>(
        AcceleratorStream stream, RowGroups shape, float leak, ArrayView<float> dy, ArrayView<float> y,
        ArrayView<float> normalized, ArrayView<float> rstd,
        ArrayView<float> scale, ArrayView<float> dx, ArrayView<float> dots, ArrayView<float> sums,
        ArrayView<float> scratch)
        where TActivation : unmanaged, IActivation
    {
        int scaled = scale.IntLength == 0 ? 0 : 1, parts = 2 * RowTiles.Of(shape).PartsLength;
        bool direct = scaled != 0 && shape.Groups == 1;
        ArrayView<float> groupDots = direct ? dots : scratch.SubView(parts, shape.Kept), groupSums = direct ? sums
            : scratch.SubView(parts + shape.Kept, shape.Kept);
        Action dotsAndSums = Sums<TActivation>(stream, shape, leak, dy, y, normalized, groupDots, groupSums, scratch);
        var launch = loader.Load<Action<
            AcceleratorStream, KernelConfig, RowGroups, float, int, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(NormalizedKernel<TActivation>);
        var total = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(TotalKernel);
        KernelConfig all = loader.PerElement(shape.Length), row = loader.PerElement(shape.Columns);
        bool totals = scaled != 0 && !direct;
        ArrayView<float> factor = scaled == 0 ? rstd : scale;
        return () =>
        {
            dotsAndSums();
            launch(stream, all, shape, leak, scaled, dy, y, normalized, rstd, factor, groupDots, groupSums, dx);
            if (totals)
                total(stream, row, shape.Groups, shape.Columns, groupDots, groupSums, dots, sums);
        };
    }

    private Action Sums<TActivation>(
        AcceleratorStream stream, RowGroups shape, float leak, ArrayView<float> dy, ArrayView<float> y,
        ArrayView<float> x, ArrayView<float> dots, ArrayView<float> sums,
        ArrayView<float> scratch)
        where TActivation : unmanaged, IActivation
    {
        RowTiles tiles = RowTiles.Of(shape);
        var parts = loader.Load<Action<
            AcceleratorStream, KernelConfig, RowTiles, float, ArrayView<float>, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>>>(PartsKernel<TActivation>);
        var combine = loader.Load<Action<AcceleratorStream, KernelConfig, RowTiles, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(CombineKernel);
        ArrayView<float> partDots = scratch.SubView(0, tiles.PartsLength),
            partSums = scratch.SubView(tiles.PartsLength, tiles.PartsLength);
        KernelConfig first = new(tiles.PartGroups, RowTiles.GroupSize),
            second = new(tiles.CombineGroups, RowTiles.GroupSize);
        return () =>
        {
            parts(stream, first, tiles, leak, dy, y, x, partDots, partSums);
            combine(stream, second, tiles, partDots, partSums, dots, sums);
        };
    }
}
