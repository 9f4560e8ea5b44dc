using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>The checks of each operation of <see cref="IBackend"/>, the same for every implementation.</summary>
internal static partial class LaunchArguments
{
    public static void AddBias(int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y)
    {
        Matrix(nameof(AddBias), rows, columns, "x", x);
        Shape(nameof(AddBias), "bias", bias, columns);
        Shape(nameof(AddBias), "y", y, rows, columns);
        SameOrApart(nameof(AddBias), "y", y, "x", x);
        Apart(nameof(AddBias), "y", y, "bias", bias);
    }

    public static void Activate(Slice<float> x, Slice<float> y) => Unary(nameof(Activate), x, y);

    public static void ActivationGradient(Slice<float> dy, Slice<float> y, Slice<float> dx)
    {
        SameLength(nameof(ActivationGradient), "dy", dy, "y", y);
        SameLength(nameof(ActivationGradient), "dy", dy, "dx", dx);
        SameOrApart(nameof(ActivationGradient), "dx", dx, "dy", dy);
        Apart(nameof(ActivationGradient), "dx", dx, "y", y);
    }

    public static void ColumnSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        Matrix(nameof(ColumnSums), rows, columns, "x", x);
        Shape(nameof(ColumnSums), "sums", sums, columns);
        Apart(nameof(ColumnSums), "sums", sums, "x", x);
    }

    public static void BroadcastRows(int rows, int columns, Slice<float> row, Slice<float> y)
    {
        Matrix(nameof(BroadcastRows), rows, columns, "y", y);
        Shape(nameof(BroadcastRows), "row", row, columns);
        Apart(nameof(BroadcastRows), "y", y, "row", row);
    }

    public static void Binary(string operation, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        SameLength(operation, "a", a, "b", b);
        SameLength(operation, "a", a, "y", y);
        SameOrApart(operation, "y", y, "a", a);
        SameOrApart(operation, "y", y, "b", b);
    }

    public static void Scale(Slice<float> x, Slice<float> y) => Unary(nameof(Scale), x, y);

    public static void SigmoidCrossEntropy(BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures)
    {
        if (targets.Split < 0 || targets.Split > logits.Length)
            throw new ArgumentException(FormattableString.Invariant($"SigmoidCrossEntropy: the split must be in 0..{logits.Length}, the number of logits, but is {targets.Split}."));
        SameLength(nameof(SigmoidCrossEntropy), "logits", logits, "gradient", gradient);
        Shape(nameof(SigmoidCrossEntropy), "figures", figures, Graph.SigmoidCrossEntropy.FigureCount);
        Apart(nameof(SigmoidCrossEntropy), "gradient", gradient, "logits", logits);
        Apart(nameof(SigmoidCrossEntropy), "figures", figures, "logits", logits);
        Apart(nameof(SigmoidCrossEntropy), "figures", figures, "gradient", gradient);
    }

    public static void Record(Slice<uint> step, Slice<float> figures, Slice<float> ring)
    {
        Shape(nameof(Record), "step", step, 1);
        if (ring.Length < figures.Length || ring.Length % figures.Length != 0)
            throw new ArgumentException(FormattableString.Invariant($"Record: the ring's length [{ring.Length}] must be a multiple of the figures' [{figures.Length}]."));
    }

    public static void AdvanceStep(Slice<uint> step, Slice<float> learningRate, Slice<float> coefficients)
    {
        Shape(nameof(AdvanceStep), "step", step, 1);
        Shape(nameof(AdvanceStep), "learning rate", learningRate, 1);
        Shape(nameof(AdvanceStep), "coefficients", coefficients, 2);
    }

    public static void Adam(Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> firstMoment, Slice<float> secondMoment)
    {
        Shape(nameof(Adam), "coefficients", coefficients, 2);
        SameLength(nameof(Adam), "parameters", parameters, "gradients", gradients);
        SameLength(nameof(Adam), "parameters", parameters, "first moment", firstMoment);
        SameLength(nameof(Adam), "parameters", parameters, "second moment", secondMoment);
    }

    public static void Noise(Slice<uint> step) => Shape(nameof(Noise), "step", step, 1);

    public static void Batch(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, BatchForm form)
    {
        Positive(nameof(Batch), "the batch size", order.BatchSize);
        Positive(nameof(Batch), "the sample size", sampleSize);
        if (order.Count < order.BatchSize)
            throw new ArgumentException(FormattableString.Invariant($"Batch: the data set has {order.Count} samples, fewer than a batch of {order.BatchSize}."));
        Shape(nameof(Batch), "step", step, 1);
        if (form.StagedSteps > 0)
            Shape(nameof(Batch), "the staged images", dataSet, form.StagedSteps, order.BatchSize, sampleSize);
        else
            Shape(nameof(Batch), "the data set", dataSet, order.Count, sampleSize);
        if (form.FlipWidth != 0 && (form.FlipWidth < 0 || form.Channels < 1 || sampleSize % ((long)form.FlipWidth * form.Channels) != 0))
            throw new ArgumentException(FormattableString.Invariant($"Batch: a sample of {sampleSize} is no number of lines of {form.FlipWidth} pixels of {form.Channels}."));
        Shape(nameof(Batch), "y", y, order.BatchSize, sampleSize);
    }

    private static void Unary(string operation, Slice<float> x, Slice<float> y)
    {
        SameLength(operation, "x", x, "y", y);
        SameOrApart(operation, "y", y, "x", x);
    }

    private static void Matrix(string operation, int rows, int columns, string name, Slice<float> slice)
    {
        Positive(operation, "rows", rows);
        Positive(operation, "columns", columns);
        Shape(operation, name, slice, rows, columns);
    }
}
