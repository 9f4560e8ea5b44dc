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

    /// <summary>What f and its output y, which is dy again where there is no activation, make of dy.</summary>
    public struct Arriving
    {
        public float Leak;

        public ArrayView<float> Dy, Y;

        public readonly float Gradient<TActivation>(int i)
            where TActivation : unmanaged, IActivation => Dy[i] * default(TActivation).Derivative(Y[i], Leak);
    }

    /// <summary>What belongs to each group's columns.</summary>
    public struct Kept
    {
        /// <summary>Whether Scale, one row, is there: 1 or 0; some view else.</summary>
        public int Scaled;

        public ArrayView<float> Scale, Rstd, Dots, Sums;
    }

    public static void PartsKernel<TActivation>(
        RowTiles tiles, Arriving arriving, ArrayView<float> x, ArrayView<float> dots, ArrayView<float> sums)
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
                float g = arriving.Gradient<TActivation>(i);
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
        RowGroups shape, Arriving arriving, ArrayView<float> scale, ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
            dx[i] = arriving.Gradient<TActivation>(i)
                * scale[i / shape.GroupLength * shape.Columns + i % shape.Columns];
    }

    /// <summary>
    /// dx = scale · rstd · (g − mean(g) − x̂ · mean(g · x̂)), one thread per element; scale is 1 where there is none.
    /// </summary>
    public static void NormalizedKernel<TActivation>(
        RowGroups shape, Arriving arriving, Kept columns, ArrayView<float> normalized, ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int column = i % shape.Columns, kept = i / shape.GroupLength * shape.Columns + column;
            float factor = columns.Rstd[kept];
            if (columns.Scaled != 0)
                factor *= columns.Scale[column];
            float g = arriving.Gradient<TActivation>(i);
            dx[i] = factor
                * (g - columns.Sums[kept] / shape.Rows - normalized[i] * (columns.Dots[kept] / shape.Rows));
        }
    }

    /// <summary>dx = scale[g,c] · g.</summary>
    public Action Bind(IGpu gpu, ScaleShiftGradientLaunch o) => o.Scaled.Activation.Kind switch
    {
        ActivationKind.Identity => Bind<IdentityActivation>(gpu, o),
        ActivationKind.LeakyRelu => Bind<LeakyReluActivation>(gpu, o),
        ActivationKind.Relu => Bind<ReluActivation>(gpu, o),
        ActivationKind.Tanh => Bind<TanhActivation>(gpu, o),
        ActivationKind.Sigmoid => Bind<SigmoidActivation>(gpu, o),
        _ => throw new ArgumentOutOfRangeException(
            nameof(o), o.Scaled.Activation.Kind, "This activation has no kernel."),
    };

    /// <summary>dx through the normalisation, and the sums of all groups together where there is a scale.</summary>
    public Action Bind(IGpu gpu, NormalizeGradientLaunch o) => o.Scaled?.Activation.Kind switch
    {
        null or ActivationKind.Identity => Bind<IdentityActivation>(gpu, o),
        ActivationKind.LeakyRelu => Bind<LeakyReluActivation>(gpu, o),
        ActivationKind.Relu => Bind<ReluActivation>(gpu, o),
        ActivationKind.Tanh => Bind<TanhActivation>(gpu, o),
        ActivationKind.Sigmoid => Bind<SigmoidActivation>(gpu, o),
        _ => throw new ArgumentOutOfRangeException(
            nameof(o), o.Scaled?.Activation.Kind, "This activation has no kernel."),
    };

    private Action Bind<TActivation>(IGpu gpu, ScaleShiftGradientLaunch o)
        where TActivation : unmanaged, IActivation
    {
        RowGroups shape = o.Shape;
        Arriving arriving = Arrives(gpu, o.Dy, o.Scaled);
        ArrayView<float> scale = gpu.View(o.Scaled.Scale), dx = gpu.View(o.Dx);
        Action sums = Sums<TActivation>(
            gpu, shape, arriving, gpu.View(o.X), gpu.View(o.Scaled.ScaleGradient), gpu.View(o.Scaled.ShiftGradient));
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, Arriving, ArrayView<float>,
            ArrayView<float>>>(ScaleKernel<TActivation>);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig all = loader.PerElement(shape.Length);
        return () =>
        {
            sums();
            launch(stream, all, shape, arriving, scale, dx);
        };
    }

    private Action Bind<TActivation>(IGpu gpu, NormalizeGradientLaunch o)
        where TActivation : unmanaged, IActivation
    {
        RowGroups shape = o.Shape;
        Arriving arriving = Arrives(gpu, o.Dy, o.Scaled);
        ArrayView<float> normalized = gpu.View(o.Normalized), rstd = gpu.View(o.Rstd), dx = gpu.View(o.Dx),
            dots = default, sums = default;
        if (o.Scaled is { } gradients)
            (dots, sums) = (gpu.View(gradients.ScaleGradient), gpu.View(gradients.ShiftGradient));
        bool direct = o.Scaled is not null && shape.Groups == 1, totals = o.Scaled is not null && !direct;
        int parts = 2 * RowTiles.Of(shape).PartsLength;
        ArrayView<float> scratch = gpu.Scratch(Scratch(shape));
        Kept columns = new()
        {
            Scaled = o.Scaled is null ? 0 : 1,
            Scale = o.Scaled is { } scaled ? gpu.View(scaled.Scale) : rstd,
            Rstd = rstd,
            Dots = direct ? dots : scratch.SubView(parts, shape.Kept),
            Sums = direct ? sums : scratch.SubView(parts + shape.Kept, shape.Kept),
        };
        Action ofGroups = Sums<TActivation>(gpu, shape, arriving, normalized, columns.Dots, columns.Sums);
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, Arriving, Kept, ArrayView<float>,
            ArrayView<float>>>(NormalizedKernel<TActivation>);
        var total = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(TotalKernel);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig all = loader.PerElement(shape.Length), row = loader.PerElement(shape.Columns);
        return () =>
        {
            ofGroups();
            launch(stream, all, shape, arriving, columns, normalized, dx);
            if (totals)
                total(stream, row, shape.Groups, shape.Columns, columns.Dots, columns.Sums, dots, sums);
        };
    }

    private Action Sums<TActivation>(
        IGpu gpu, RowGroups shape, Arriving arriving, ArrayView<float> x, ArrayView<float> dots, ArrayView<float> sums)
        where TActivation : unmanaged, IActivation
    {
        RowTiles tiles = RowTiles.Of(shape);
        var parts = loader.Load<Action<AcceleratorStream, KernelConfig, RowTiles, Arriving, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(PartsKernel<TActivation>);
        var combine = loader.Load<Action<AcceleratorStream, KernelConfig, RowTiles, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(CombineKernel);
        ArrayView<float> scratch = gpu.Scratch(Scratch(shape)), partDots = scratch.SubView(0, tiles.PartsLength),
            partSums = scratch.SubView(tiles.PartsLength, tiles.PartsLength);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig first = new(tiles.PartGroups, RowTiles.GroupSize),
            second = new(tiles.CombineGroups, RowTiles.GroupSize);
        return () =>
        {
            parts(stream, first, tiles, arriving, x, partDots, partSums);
            combine(stream, second, tiles, partDots, partSums, dots, sums);
        };
    }

    private static Arriving Arrives(IGpu gpu, Slice<float> dy, ScaleShiftGradients? scaled) => new()
    {
        Leak = scaled?.Activation.Leak ?? Activation.Identity.Leak,
        Dy = gpu.View(dy),
        Y = gpu.View(scaled?.Y ?? dy),
    };

    /// <summary>Floats of scratch memory: parts of the dots and sums, then those of the groups.</summary>
    private static int Scratch(RowGroups shape) => checked(2 * RowTiles.Of(shape).PartsLength + 2 * shape.Kept);
}
