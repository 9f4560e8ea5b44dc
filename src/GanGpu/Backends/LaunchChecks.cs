using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Losses;

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

    public static void LogitLoss(LogitLossKind kind, BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures)
    {
        if (targets.Split < 0 || targets.Split > logits.Length)
            throw new ArgumentException(FormattableString.Invariant($"LogitLoss: the split must be in 0..{logits.Length}, the number of logits, but is {targets.Split}."));
        SameLength(nameof(LogitLoss), "logits", logits, "gradient", gradient);
        Shape(nameof(LogitLoss), "figures", figures, Graph.LogitLoss.FigureCount);
        Apart(nameof(LogitLoss), "gradient", gradient, "logits", logits);
        Apart(nameof(LogitLoss), "figures", figures, "logits", logits);
        Apart(nameof(LogitLoss), "figures", figures, "gradient", gradient);
        if (kind == LogitLossKind.RelativisticPairing && 2 * targets.Split != logits.Length)
            throw new ArgumentException(FormattableString.Invariant($"LogitLoss: pairing needs the split in the middle of the {logits.Length} logits, but it is {targets.Split}."));
    }

    public static void LogitsLayer(LogitsLayer layer)
    {
        const string operation = nameof(LogitsLayer);
        (int rows, int columns) = (layer.Rows, layer.Columns);
        Matrix(operation, rows, columns, "x", layer.X);
        if (rows > LogitsLayerGpu.MostRows)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: {rows} rows are more than {LogitsLayerGpu.MostRows}."));
        Shape(operation, "the weights", layer.Weights, columns, 1);
        Shape(operation, "the bias", layer.Bias, 1);
        if (layer.Loss == LogitLossKind.RelativisticPairing)
            throw new ArgumentException($"{operation}: pairs are not judged in one launch with the layer.");
        LogitLoss(layer.Loss, layer.Targets, layer.Logits, layer.Gradient, layer.Figures);
        Shape(operation, "the logits", layer.Logits, rows, 1);
        if (layer.WeightGradient is null != layer.BiasGradient is null)
            throw new ArgumentException($"{operation}: the gradients of weights and bias come together.");
        if (layer.WeightGradient is { } weightGradient)
            Shape(operation, "the weights' gradient", weightGradient, columns, 1);
        if (layer.BiasGradient is { } biasGradient)
            Shape(operation, "the bias gradient", biasGradient, 1);
        if (layer.InputGradient is { } inputGradient)
            Shape(operation, "the input's gradient", inputGradient, rows, columns);
        foreach (Slice<float>? written in new[] { layer.Logits, layer.Gradient, layer.Figures, layer.WeightGradient, layer.BiasGradient, layer.InputGradient })
        {
            foreach ((string name, Slice<float> read) in new[] { ("x", layer.X), ("the weights", layer.Weights), ("the bias", layer.Bias) })
            {
                if (written is { } output)
                    Apart(operation, "an output", output, name, read);
            }
        }

        if (layer.Clock is { } clock)
            EndStep(clock, layer.Figures);
    }

    public static void GemmPair(GemmLaunch weights, GemmLaunch inputs)
    {
        Gemm(weights.Shape, weights.A, weights.B, weights.C, weights.Epilogue);
        Gemm(inputs.Shape, inputs.A, inputs.B, inputs.C, inputs.Epilogue);
        if (weights.Shape is not { TransposeA: true, TransposeB: false } || weights.Epilogue is not { Bias: null, Output: null })
            throw new ArgumentException($"GemmPair: the first product must be a weight gradient TN with column sums at most, but is {weights.Shape}.");
        if (inputs.Shape is not { TransposeA: false, TransposeB: true } || inputs.Epilogue is not { Bias: null, ColumnSums: null })
            throw new ArgumentException($"GemmPair: the second product must be an input gradient NT with an activation's gradient at most, but is {inputs.Shape}.");
        Apart(nameof(GemmPair), "C of the first", weights.C, "A of the second", inputs.A);
        Apart(nameof(GemmPair), "C of the first", weights.C, "B of the second", inputs.B);
        Apart(nameof(GemmPair), "C of the first", weights.C, "C of the second", inputs.C);
        Apart(nameof(GemmPair), "C of the second", inputs.C, "A of the first", weights.A);
        Apart(nameof(GemmPair), "C of the second", inputs.C, "B of the first", weights.B);
    }

    public static void EndStep(StepClock clock, Slice<float> figures)
    {
        Shape(nameof(EndStep), "step", clock.Step, 1);
        Shape(nameof(EndStep), "learning rate", clock.LearningRate, 1);
        Shape(nameof(EndStep), "coefficients", clock.Coefficients, 2);
        if (clock.Ring.Length < figures.Length || clock.Ring.Length % figures.Length != 0)
            throw new ArgumentException(FormattableString.Invariant($"EndStep: the ring's length [{clock.Ring.Length}] must be a multiple of the figures' [{figures.Length}]."));
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
