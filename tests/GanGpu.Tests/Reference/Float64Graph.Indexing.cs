using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Tests.Reference;

/// <summary>Rows, columns and classes.</summary>
internal static partial class Float64Graph
{
    private static readonly Type[] IndexingTypes =
    [
        typeof(RowSums), typeof(RowDots), typeof(BroadcastColumns), typeof(ScaleRows), typeof(RowDirections),
            typeof(Elementwise), typeof(ConcatenateColumns),
        typeof(SliceColumns), typeof(PadColumns), typeof(GatherRows), typeof(ScatterAddRows), typeof(OneHot),
        typeof(Softmax), typeof(LogSumExp), typeof(SoftmaxCrossEntropy),
    ];

    private static double[][]? Indexing(Operation operation, double[][] x)
    {
        Shape shape = operation.Output.Shape;
        int columns = operation.Inputs.Count > 0 ? operation.Inputs[0].Shape.Columns : 0;
        return operation switch
        {
            RowSums => [[.. x[0].Chunk(columns).Select(row => row.Sum())]],
            RowDots => [[.. x[0].Zip(x[1], (a, b) => a * b).Chunk(columns).Select(row => row.Sum())]],
            BroadcastColumns => [Each(shape, (r, _, _) => x[0][r])],
            ScaleRows => [Each(shape, (r, _, i) => x[1][r] * x[0][i])],
            RowDirections directions =>
                [Each(shape, (r, _, i) =>
                    x[0][i] / Math.Max(
                        directions.Least,
                        Math.Sqrt(x[0].Skip(r * columns).Take(columns).Sum(value => value * value))))],
            Elementwise f => [Each(shape, (_, _, i) => ReferenceFunction.Apply(f.Function, x[0][i]))],
            ConcatenateColumns =>
                [Each(shape, (r, c, _) => c < columns ? x[0][(r * columns) + c]
                    : x[1][(r * (shape.Columns - columns)) + c - columns])],
            SliceColumns slice => [Each(shape, (r, c, _) => x[0][(r * columns) + slice.First + c])],
            PadColumns pad =>
                [Each(shape, (r, c, _) => c >= pad.First && c < pad.First + columns
                    ? x[0][(r * columns) + c - pad.First] : 0)],
            GatherRows =>
                [Each(shape, (r, c, _) => x[1][r] >= 0 && x[1][r] < operation.Inputs[0].Shape.Rows
                    ? x[0][((int)x[1][r] * columns) + c] : 0)],
            ScatterAddRows =>
                [Each(shape, (k, c, _) => x[1].Select((label, r) => label == k ? x[0][(r * columns) + c] : 0).Sum())],
            OneHot => [Each(shape, (r, k, _) => x[0][r] == k ? 1 : 0)],
            Softmax => [ReferenceSoftmax.Softmax(columns, x[0])],
            LogSumExp => [[.. x[0].Chunk(columns).Select(ReferenceSoftmax.LogSumExp)]],
            SoftmaxCrossEntropy loss =>
                ReferenceSoftmax.CrossEntropy(columns, loss.Targets, x[0], x[1]) is var (gradient, results, metrics)
                ? [gradient, results, metrics] : null,
            _ => null,
        };
    }
}
