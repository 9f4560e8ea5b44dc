using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>Classes of samples.</summary>
internal static partial class LaunchArguments
{
    /// <summary>More numbers than this a float can't tell apart.</summary>
    private const int MostClasses = 1 << 24;

    public static void GatherRows(int rows, int classes, int columns, Slice<float> table, Slice<float> labels, Slice<float> y)
    {
        Classes(nameof(GatherRows), classes);
        Matrix(nameof(GatherRows), classes, columns, "the table", table);
        Matrix(nameof(GatherRows), rows, columns, "y", y);
        Shape(nameof(GatherRows), "the labels", labels, rows);
        Apart(nameof(GatherRows), "y", y, "the table", table);
        Apart(nameof(GatherRows), "y", y, "the labels", labels);
    }

    public static void ScatterAddRows(int rows, int classes, int columns, Slice<float> x, Slice<float> labels, Slice<float> sums)
    {
        Classes(nameof(ScatterAddRows), classes);
        Matrix(nameof(ScatterAddRows), rows, columns, "x", x);
        Matrix(nameof(ScatterAddRows), classes, columns, "sums", sums);
        Shape(nameof(ScatterAddRows), "the labels", labels, rows);
        Apart(nameof(ScatterAddRows), "sums", sums, "x", x);
        Apart(nameof(ScatterAddRows), "sums", sums, "the labels", labels);
    }

    public static void OneHot(int rows, int classes, Slice<float> labels, Slice<float> y)
    {
        Classes(nameof(OneHot), classes);
        Matrix(nameof(OneHot), rows, classes, "y", y);
        Shape(nameof(OneHot), "the labels", labels, rows);
        Apart(nameof(OneHot), "y", y, "the labels", labels);
    }

    public static void RealLabels(DataOrder order, Slice<uint> step, Slice<int> labels, Slice<float> y)
    {
        Positive(nameof(RealLabels), "the batch size", order.BatchSize);
        if (order.Count < order.BatchSize)
            throw new ArgumentException(FormattableString.Invariant($"RealLabels: the data set has {order.Count} samples, fewer than a batch of {order.BatchSize}."));
        Shape(nameof(RealLabels), "step", step, 1);
        Shape(nameof(RealLabels), "the labels", labels, order.Count);
        Shape(nameof(RealLabels), "y", y, order.BatchSize);
    }

    public static void RandomLabels(int classes, Slice<uint> step)
    {
        Classes(nameof(RandomLabels), classes);
        Shape(nameof(RandomLabels), "step", step, 1);
    }

    private static void Classes(string operation, int classes)
    {
        Positive(operation, "the number of classes", classes);
        if (classes > MostClasses)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: {classes} classes are more than {MostClasses}."));
    }
}
