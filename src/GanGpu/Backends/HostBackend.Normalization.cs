using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Backends;

/// <summary>Normalisation.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action SumRowGroups(RowGroups shape, float factor, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.RowGroups(nameof(SumRowGroups), shape, "x", x, "the sums", sums);
        return RowGroupsHost.Sum(team, shape, factor, Address(x), Address(sums));
    }

    public Action RepeatRows(RowGroups shape, float factor, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.RowGroups(nameof(RepeatRows), shape, "y", y, "x", x);
        return RowGroupsHost.Repeat(team, shape, factor, Address(x), Address(y));
    }

    public Action ScaleShift(RowGroups shape, Activation activation, Slice<float> x, Slice<float> scale, Slice<float> shift, Slice<float> y)
    {
        LaunchArguments.ScaleShift(shape, x, scale, shift, y);
        return RowGroupsHost.ScaleShift(team, shape, activation, Address(x), Address(scale), Address(shift), Address(y));
    }

    public Action ScaleShiftGradient(
        RowGroups shape, Activation activation, Slice<float> dy, Slice<float>? y, Slice<float> x, Slice<float> scale, Slice<float> dx, Slice<float> scaleGradient, Slice<float> shiftGradient)
    {
        LaunchArguments.ScaleShiftGradient(shape, activation, dy, y, x, scale, dx, scaleGradient, shiftGradient);
        return RowGroupDotsHost.Scaled(
            team, shape, activation, Address(dy), Address(y ?? dy), Address(x), Address(scale), Address(dx), Address(scaleGradient), Address(shiftGradient), Scratch(RowGroupDotsHost.Scratch(shape)));
    }

    public Action Normalize(
        RowGroups shape, float epsilon, Slice<float> x, Slice<float> mean, Slice<float> variance, Slice<float> rstd, Slice<float>? normalized, ScaledNormalization? scaled = null)
    {
        LaunchArguments.Normalize(shape, x, mean, variance, rstd, normalized, scaled);
        float* stored = normalized is { } kept ? Address(kept) : null;
        float* buffer = Scratch(NormalizeHost.Scratch(shape));
        return scaled is { } y
            ? NormalizeHost.Bind(
                team, shape, epsilon, y.Activation, Address(x), Address(y.Scale), Address(y.Shift), Address(mean), Address(variance), Address(rstd), stored, Address(y.Y), buffer)
            : NormalizeHost.Bind(team, shape, epsilon, Activation.Identity, Address(x), null, null, Address(mean), Address(variance), Address(rstd), stored, null, buffer);
    }

    public Action NormalizeGradient(
        RowGroups shape, Slice<float> dy, Slice<float> normalized, Slice<float> rstd, Slice<float> dx, ScaledNormalizationGradient? scaled = null)
    {
        LaunchArguments.NormalizeGradient(shape, dy, normalized, rstd, dx, scaled);
        float* buffer = Scratch(RowGroupDotsHost.Scratch(shape));
        return scaled is { } y
            ? RowGroupDotsHost.Normalized(
                team, shape, y.Activation, Address(dy), Address(y.Y ?? dy), Address(normalized), Address(rstd), Address(y.Scale), Address(dx), Address(y.ScaleGradient),
                Address(y.ShiftGradient), buffer)
            : RowGroupDotsHost.Normalized(team, shape, Activation.Identity, Address(dy), Address(dy), Address(normalized), Address(rstd), null, Address(dx), null, null, buffer);
    }

    public Action RunningMoments(
        int batches, int columns, float momentum, float factor, Slice<float> runningMean, Slice<float> runningVariance, Slice<float> mean, Slice<float> variance,
        Slice<float> newMean, Slice<float> newVariance)
    {
        LaunchArguments.RunningMoments(batches, columns, runningMean, runningVariance, mean, variance, newMean, newVariance);
        return RunningMomentsHost.Bind(
            team, batches, columns, momentum, factor, Address(runningMean), Address(runningVariance), Address(mean), Address(variance), Address(newMean), Address(newVariance));
    }
}
