using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using ILGPU;

namespace GanGpu.Backends;

/// <summary>Normalisation.</summary>
internal sealed partial class IlgpuBackend
{
    private RowGroupsGpu Groups => field ??= new(loader);

    private RowGroupDotsGpu GroupDots => field ??= new(loader);

    private NormalizeGpu Normalization => field ??= new(loader);

    private RunningMomentsGpu Running => field ??= new(loader);

    public Action SumRowGroups(RowGroups shape, float factor, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.RowGroups(nameof(SumRowGroups), shape, "x", x, "the sums", sums);
        return Groups.BindSum(Stream, shape, factor, View(x), View(sums), Scratch(RowGroupsGpu.SumScratch(shape)));
    }

    public Action RepeatRows(RowGroups shape, float factor, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.RowGroups(nameof(RepeatRows), shape, "y", y, "x", x);
        return Groups.BindRepeat(Stream, shape, factor, View(x), View(y));
    }

    public Action ScaleShift(RowGroups shape, Activation activation, Slice<float> x, Slice<float> scale, Slice<float> shift, Slice<float> y)
    {
        LaunchArguments.ScaleShift(shape, x, scale, shift, y);
        return Groups.BindScaleShift(Stream, shape, activation, View(x), View(scale), View(shift), View(y));
    }

    public Action ScaleShiftGradient(
        RowGroups shape, Activation activation, Slice<float> dy, Slice<float>? y, Slice<float> x, Slice<float> scale, Slice<float> dx, Slice<float> scaleGradient, Slice<float> shiftGradient)
    {
        LaunchArguments.ScaleShiftGradient(shape, activation, dy, y, x, scale, dx, scaleGradient, shiftGradient);
        return GroupDots.BindScaled(
            Stream, shape, activation, View(dy), View(y ?? dy), View(x), View(scale), View(dx), View(scaleGradient), View(shiftGradient), Scratch(RowGroupDotsGpu.Scratch(shape)));
    }

    public Action Normalize(
        RowGroups shape, float epsilon, Slice<float> x, Slice<float> mean, Slice<float> variance, Slice<float> rstd, Slice<float>? normalized, ScaledNormalization? scaled = null)
    {
        LaunchArguments.Normalize(shape, x, mean, variance, rstd, normalized, scaled);
        ArrayView<float> stored = normalized is { } kept ? View(kept) : default, buffer = Scratch(NormalizeGpu.Scratch(shape));
        return scaled is { } y
            ? Normalization.BindScaled(
                Stream, shape, epsilon, y.Activation, View(x), View(y.Scale), View(y.Shift), View(mean), View(variance), View(rstd), stored, View(y.Y), buffer)
            : Normalization.Bind(Stream, shape, epsilon, View(x), View(mean), View(variance), View(rstd), stored, buffer);
    }

    public Action NormalizeGradient(
        RowGroups shape, Slice<float> dy, Slice<float> normalized, Slice<float> rstd, Slice<float> dx, ScaledNormalizationGradient? scaled = null)
    {
        LaunchArguments.NormalizeGradient(shape, dy, normalized, rstd, dx, scaled);
        ArrayView<float> buffer = Scratch(RowGroupDotsGpu.Scratch(shape));
        return scaled is { } y
            ? GroupDots.BindNormalized(
                Stream, shape, y.Activation, View(dy), View(y.Y ?? dy), View(normalized), View(rstd), View(y.Scale), View(dx), View(y.ScaleGradient), View(y.ShiftGradient), buffer)
            : GroupDots.BindNormalized(Stream, shape, Activation.Identity, View(dy), View(dy), View(normalized), View(rstd), default, View(dx), default, default, buffer);
    }

    public Action RunningMoments(
        int batches, int columns, float momentum, float factor, Slice<float> runningMean, Slice<float> runningVariance, Slice<float> mean, Slice<float> variance,
        Slice<float> newMean, Slice<float> newVariance)
    {
        LaunchArguments.RunningMoments(batches, columns, runningMean, runningVariance, mean, variance, newMean, newVariance);
        return Running.Bind(
            Stream, batches, columns, momentum, factor, View(runningMean), View(runningVariance), View(mean), View(variance), View(newMean), View(newVariance));
    }
}
