using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Backends;

/// <summary>Normalisation.</summary>
internal static partial class LaunchArguments
{
    public static void RowGroups(string operation, RowGroups shape, string name, Slice<float> matrix, string keptName, Slice<float> kept)
    {
        Positive(operation, "the groups", shape.Groups);
        Matrix(operation, checked(shape.Groups * shape.Rows), shape.Columns, name, matrix);
        Shape(operation, keptName, kept, shape.Groups, shape.Columns);
        Apart(operation, name, matrix, keptName, kept);
    }

    public static void ScaleShift(RowGroups shape, Slice<float> x, Slice<float> scale, Slice<float> shift, Slice<float> y)
    {
        const string operation = nameof(ScaleShift);
        RowGroups(operation, shape, "y", y, "the scale", scale);
        RowGroups(operation, shape, "y", y, "the shift", shift);
        Unary(operation, x, y);
    }

    public static void ScaleShiftGradient(
        RowGroups shape, Activation activation, Slice<float> dy, Slice<float>? y, Slice<float> x, Slice<float> scale, Slice<float> dx, Slice<float> scaleGradient, Slice<float> shiftGradient)
    {
        const string operation = nameof(ScaleShiftGradient);
        RowGroups(operation, shape, "dx", dx, "the scale", scale);
        RowGroups(operation, shape, "x", x, "the scale's gradient", scaleGradient);
        RowGroups(operation, shape, "dy", dy, "the shift's gradient", shiftGradient);
        Apart(operation, "dx", dx, "x", x);
        Apart(operation, "dx", dx, "dy", dy);
        Apart(operation, "the scale's gradient", scaleGradient, "the shift's gradient", shiftGradient);
        Output(operation, activation, dx, y);
    }

    public static void Normalize(
        RowGroups shape, Slice<float> x, Slice<float> mean, Slice<float> variance, Slice<float> rstd, Slice<float>? normalized, ScaledNormalization? scaled)
    {
        const string operation = nameof(Normalize);
        RowGroups(operation, shape, "x", x, "the mean", mean);
        RowGroups(operation, shape, "x", x, "the variance", variance);
        RowGroups(operation, shape, "x", x, "rstd", rstd);
        if (normalized is null && scaled is null)
            throw new ArgumentException($"{operation}: what is normalised has to go somewhere.");
        if (normalized is { } stored)
        {
            RowGroups(operation, shape, "what is normalised", stored, "rstd", rstd);
            Apart(operation, "what is normalised", stored, "x", x);
        }

        if (scaled is { } y)
        {
            Shape(operation, "the scale", y.Scale, shape.Columns);
            Shape(operation, "the shift", y.Shift, shape.Columns);
            RowGroups(operation, shape, "y", y.Y, "rstd", rstd);
            Apart(operation, "y", y.Y, "x", x);
            Apart(operation, "y", y.Y, "the scale", y.Scale);
            Apart(operation, "y", y.Y, "the shift", y.Shift);
            if (normalized is { } kept)
                Apart(operation, "y", y.Y, "what is normalised", kept);
        }
    }

    public static void NormalizeGradient(
        RowGroups shape, Slice<float> dy, Slice<float> normalized, Slice<float> rstd, Slice<float> dx, ScaledNormalizationGradient? scaled)
    {
        const string operation = nameof(NormalizeGradient);
        RowGroups(operation, shape, "dy", dy, "rstd", rstd);
        RowGroups(operation, shape, "what is normalised", normalized, "rstd", rstd);
        RowGroups(operation, shape, "dx", dx, "rstd", rstd);
        Apart(operation, "dx", dx, "dy", dy);
        Apart(operation, "dx", dx, "what is normalised", normalized);
        if (scaled is { } y)
        {
            Shape(operation, "the scale", y.Scale, shape.Columns);
            Shape(operation, "the scale's gradient", y.ScaleGradient, shape.Columns);
            Shape(operation, "the shift's gradient", y.ShiftGradient, shape.Columns);
            Apart(operation, "the scale's gradient", y.ScaleGradient, "the scale", y.Scale);
            Apart(operation, "the scale's gradient", y.ScaleGradient, "the shift's gradient", y.ShiftGradient);
            Output(operation, y.Activation, dx, y.Y);
        }
    }

    public static void RunningMoments(
        int batches, int columns, Slice<float> runningMean, Slice<float> runningVariance, Slice<float> mean, Slice<float> variance, Slice<float> newMean, Slice<float> newVariance)
    {
        const string operation = nameof(RunningMoments);
        Matrix(operation, batches, columns, "the mean", mean);
        Matrix(operation, batches, columns, "the variance", variance);
        foreach ((string name, Slice<float> slice) in new[] { ("the running mean", runningMean), ("the running variance", runningVariance), ("the new mean", newMean), ("the new variance", newVariance) })
            Shape(operation, name, slice, columns);
        foreach ((string name, Slice<float> slice) in new[] { ("the running mean", runningMean), ("the running variance", runningVariance), ("the mean", mean), ("the variance", variance) })
        {
            Apart(operation, "the new mean", newMean, name, slice);
            Apart(operation, "the new variance", newVariance, name, slice);
        }

        Apart(operation, "the new mean", newMean, "the new variance", newVariance);
    }

    private static void Output(string operation, Activation activation, Slice<float> dx, Slice<float>? y)
    {
        if (y is null && activation.Kind != ActivationKind.Identity)
            throw new ArgumentException($"{operation}: the gradient of {activation} needs its output.");
        if (y is not { } output)
            return;
        SameLength(operation, "dx", dx, "y", output);
        Apart(operation, "dx", dx, "y", output);
    }
}
