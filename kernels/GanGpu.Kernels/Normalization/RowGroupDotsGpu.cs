using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// The gradients of a scale and shift of columns, over each group of rows (<see cref="RowGroups"/>). With g = dy ⊙
/// f'(y): dots[g,c] = Σ g · x and sums[g,c] = Σ g; towards the input dx = scale · g, or, if the input is the output of
/// a normalisation, dx = scale · rstd · (g − mean(g) − x̂ · mean(g · x̂)). Overwrites all its outputs.
/// </summary>
internal sealed class RowGroupDotsGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static RowGroupDotsGpu Of(IGpu gpu) => gpu.Kernels(static g => new RowGroupDotsGpu(g.Loader));

    /// <summary>The gradient dy of the output y = f(…), and f; without activation y is dy.</summary>
    public struct OutputGradient
    {
        public float Leak;

        public ArrayView<float> Dy, Y;

        public readonly float Gradient<TActivation>(int i)
            where TActivation : unmanaged, IActivation => Dy[i] * default(TActivation).Derivative(Y[i], Leak);
    }

    /// <summary>The statistics of each group's columns.</summary>
    public struct GroupStatistics
    {
        /// <summary>1 if there is a scale, of one row; otherwise 0, and Scale is any view.</summary>
        public int Scaled;

        public ArrayView<float> Scale, Rstd, Dots, Sums;
    }

    public static void PartsKernel<TActivation>(
        RowGroupTilesGpu tiles, OutputGradient gradient, ArrayView<float> x, ArrayView<float> dots,
        ArrayView<float> sums)
        where TActivation : unmanaged, IActivation
    {
        RowGroupTileGpu tile = RowGroupTilesGpu.Part(tiles, Grid.IdxX, Group.IdxX);
        if (tile.Column < tiles.Columns)
        {
            int count = RowGroupTilesGpu.RowsIn(tiles, tile.Part), stride = tiles.Lanes * tiles.Columns;
            int i = tile.Group * tiles.Rows * tiles.Columns + ((tile.Part - tile.Lane) * tiles.RowsOfPart + tile.Lane)
                * tiles.Columns + tile.Column;
            float dot = 0f, sum = 0f;
            for (int k = 0; k < count; k++)
            {
                float g = gradient.Gradient<TActivation>(i);
                dot += g * x[i];
                sum += g;
                i += stride;
            }

            int to = (tile.Group * tiles.Parts + tile.Part) * tiles.Columns + tile.Column;
            dots[to] = dot;
            sums[to] = sum;
        }
    }

    /// <summary>Adds the parts' sums.</summary>
    public static void CombineKernel(
        RowGroupTilesGpu tiles, ArrayView<float> partDots, ArrayView<float> partSums, ArrayView<float> dots,
        ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * RowGroupTilesGpu.GroupSize);
        int thread = Group.IdxX, width = RowGroupTilesGpu.GroupSize / tiles.CombineLanes;
        RowGroupTileGpu tile = RowGroupTilesGpu.Combine(tiles, Grid.IdxX, thread);
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
        shared[RowGroupTilesGpu.GroupSize + thread] = sum;
        for (int half = RowGroupTilesGpu.GroupSize / 2; half >= width; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
            {
                shared[thread] += shared[thread + half];
                shared[RowGroupTilesGpu.GroupSize + thread] += shared[RowGroupTilesGpu.GroupSize + thread + half];
            }
        }

        Group.Barrier();
        if (inside && tile.Lane == 0)
        {
            int to = tile.Group * tiles.Columns + tile.Column;
            dots[to] = shared[thread];
            sums[to] = shared[RowGroupTilesGpu.GroupSize + thread];
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
        RowGroups shape, OutputGradient gradient, ArrayView<float> scale, ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
            dx[i] = gradient.Gradient<TActivation>(i)
                * scale[i / shape.GroupLength * shape.Columns + i % shape.Columns];
    }

    /// <summary>
    /// dx = scale · rstd · (g − mean(g) − x̂ · mean(g · x̂)), one thread per element; without scale it is 1.
    /// </summary>
    public static void NormalizedKernel<TActivation>(
        RowGroups shape, OutputGradient gradient, GroupStatistics columns, ArrayView<float> normalized,
        ArrayView<float> dx)
        where TActivation : unmanaged, IActivation
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Length)
        {
            int column = i % shape.Columns, statistic = i / shape.GroupLength * shape.Columns + column;
            float factor = columns.Rstd[statistic];
            if (columns.Scaled != 0)
                factor *= columns.Scale[column];
            float g = gradient.Gradient<TActivation>(i);
            dx[i] = factor
                * (g - columns.Sums[statistic] / shape.Rows - normalized[i] * (columns.Dots[statistic] / shape.Rows));
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

    /// <summary>dx through the normalisation, and, if there is a scale, the sums over all groups.</summary>
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
        OutputGradient gradient = ViewsOf(gpu, o.Dy, o.Scaled);
        ArrayView<float> scale = gpu.View(o.Scaled.Scale), dx = gpu.View(o.Dx);
        Action sums = Sums<TActivation>(
            gpu, shape, gradient, gpu.View(o.X), gpu.View(o.Scaled.ScaleGradient), gpu.View(o.Scaled.ShiftGradient));
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, OutputGradient, ArrayView<float>,
            ArrayView<float>>>(ScaleKernel<TActivation>);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig all = loader.PerElement(shape.Length);
        return () =>
        {
            sums();
            launch(stream, all, shape, gradient, scale, dx);
        };
    }

    private Action Bind<TActivation>(IGpu gpu, NormalizeGradientLaunch o)
        where TActivation : unmanaged, IActivation
    {
        RowGroups shape = o.Shape;
        OutputGradient gradient = ViewsOf(gpu, o.Dy, o.Scaled);
        ArrayView<float> normalized = gpu.View(o.Normalized), rstd = gpu.View(o.Rstd), dx = gpu.View(o.Dx),
            dots = default, sums = default;
        if (o.Scaled is { } gradients)
            (dots, sums) = (gpu.View(gradients.ScaleGradient), gpu.View(gradients.ShiftGradient));
        bool direct = o.Scaled is not null && shape.Groups == 1, totals = o.Scaled is not null && !direct;
        int parts = 2 * RowGroupTilesGpu.Of(shape).PartsLength;
        ArrayView<float> scratch = gpu.Scratch(Scratch(shape));
        GroupStatistics columns = new()
        {
            Scaled = o.Scaled is null ? 0 : 1,
            Scale = o.Scaled is { } scaled ? gpu.View(scaled.Scale) : rstd,
            Rstd = rstd,
            Dots = direct ? dots : scratch.SubView(parts, shape.StatsLength),
            Sums = direct ? sums : scratch.SubView(parts + shape.StatsLength, shape.StatsLength),
        };
        Action ofGroups = Sums<TActivation>(gpu, shape, gradient, normalized, columns.Dots, columns.Sums);
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroups, OutputGradient, GroupStatistics,
            ArrayView<float>, ArrayView<float>>>(NormalizedKernel<TActivation>);
        var total = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(TotalKernel);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig all = loader.PerElement(shape.Length), row = loader.PerElement(shape.Columns);
        return () =>
        {
            ofGroups();
            launch(stream, all, shape, gradient, columns, normalized, dx);
            if (totals)
                total(stream, row, shape.Groups, shape.Columns, columns.Dots, columns.Sums, dots, sums);
        };
    }

    private Action Sums<TActivation>(
        IGpu gpu, RowGroups shape, OutputGradient gradient, ArrayView<float> x, ArrayView<float> dots,
        ArrayView<float> sums)
        where TActivation : unmanaged, IActivation
    {
        RowGroupTilesGpu tiles = RowGroupTilesGpu.Of(shape);
        var parts = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroupTilesGpu, OutputGradient,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(PartsKernel<TActivation>);
        var combine = loader.Load<Action<AcceleratorStream, KernelConfig, RowGroupTilesGpu, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(CombineKernel);
        ArrayView<float> scratch = gpu.Scratch(Scratch(shape)), partDots = scratch.SubView(0, tiles.PartsLength),
            partSums = scratch.SubView(tiles.PartsLength, tiles.PartsLength);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig first = new(tiles.PartGroups, RowGroupTilesGpu.GroupSize),
            second = new(tiles.CombineGroups, RowGroupTilesGpu.GroupSize);
        return () =>
        {
            parts(stream, first, tiles, gradient, x, partDots, partSums);
            combine(stream, second, tiles, partDots, partSums, dots, sums);
        };
    }

    private static OutputGradient ViewsOf(IGpu gpu, Slice<float> dy, ScaleShiftGradients? scaled) => new()
    {
        Leak = scaled?.Activation.Leak ?? Activation.Identity.Leak,
        Dy = gpu.View(dy),
        Y = gpu.View(scaled?.Y ?? dy),
    };

    /// <summary>Floats of scratch memory: the parts' dots and sums, then those of the groups.</summary>
    private static int Scratch(RowGroups shape) =>
        checked(2 * RowGroupTilesGpu.Of(shape).PartsLength + 2 * shape.StatsLength);
}
