using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>What is done along the rows of a matrix: side by side, parts, sums.</summary>
internal static class Columns
{
    /// <summary>Nothing but another name, as long as no number goes from one sample to another.</summary>
    public static void Reshape(NetworkTranslation network, Operation operation)
    {
        NetworkTranslation.RowsPerSample(operation.Output, operation);
        network.Put(operation.Output, network[operation.Inputs[0]]);
    }

    public static void Concatenate(NetworkTranslation network, Operation operation)
    {
        (Tensor a, Tensor b) = (operation.Inputs[0], operation.Inputs[1]);
        if (network.IsConstant(a) || network.IsConstant(b))
            throw NetworkTranslation.Untranslatable(operation, "one of its parts is the same for each sample");
        OnnxGraph graph = network.Graph;
        (int first, int second) = (a.Shape.Columns, b.Shape.Columns);
        if (network[a].IsImages(first, out ImageSize? size) || network[b].IsImages(second, out size))
        {
            string images = graph.Node(
                "Concat",
                [network[a].Images(size with { Channels = first }), network[b].Images(size with { Channels = second })],
                OnnxAttribute.Of("axis", 1));
            network.Put(operation.Output, Content.OfImages(graph, size with { Channels = first + second }, images));
            return;
        }

        network.PutRows(
            operation,
            graph.Node("Concat", [network[a].Rows(first), network[b].Rows(second)], OnnxAttribute.Of("axis", 1)));
    }

    public static void Slice(NetworkTranslation network, SliceColumns operation)
    {
        OnnxGraph graph = network.Graph;
        string x = network[operation.Inputs[0]].Rows(operation.Inputs[0].Shape.Columns);
        network.PutRows(operation, graph.Node(
            "Slice",
            [x, graph.Constant("from", operation.First),
                    graph.Constant("to", operation.First + operation.Output.Shape.Columns),
                    graph.Constant("axes", 1)]));
    }

    public static void RowDots(NetworkTranslation network, Operation operation)
    {
        int columns = operation.Inputs[0].Shape.Columns;
        OnnxGraph graph = network.Graph;
        string product = graph.Node("Mul", [.. operation.Inputs.Select(input => network[input].Rows(columns))]);
        network.PutRows(
            operation, graph.Node("ReduceSum", [product, graph.Constant("axes", 1)], OnnxAttribute.Of("keepdims", 1)));
    }

    public static void RowSums(NetworkTranslation network, Operation operation)
    {
        OnnxGraph graph = network.Graph;
        string x = network[operation.Inputs[0]].Rows(operation.Inputs[0].Shape.Columns);
        network.PutRows(
            operation, graph.Node("ReduceSum", [x, graph.Constant("axes", 1)], OnnxAttribute.Of("keepdims", 1)));
    }

    /// <summary>A factor for each row, which the other dimension repeats.</summary>
    public static void ScaleRows(NetworkTranslation network, Operation operation)
    {
        (Tensor x, Tensor factors) = (operation.Inputs[0], operation.Inputs[1]);
        if (network.IsConstant(x) || network.IsConstant(factors))
            throw NetworkTranslation.Untranslatable(operation, "one of its factors is the same for each sample");
        network.PutRows(
            operation, network.Graph.Node("Mul", [network[x].Rows(x.Shape.Columns), network[factors].Rows(1)]));
    }

    public static void Broadcast(NetworkTranslation network, Operation operation)
    {
        int columns = operation.Output.Shape.Columns;
        float[] ones = new float[columns];
        Array.Fill(ones, 1f);
        network.PutRows(
            operation,
            network.Graph.Node(
                "Mul", [network[operation.Inputs[0]].Rows(1), network.Graph.Constant("ones", ones, 1, columns)]));
    }

    public static void Softmax(NetworkTranslation network, Operation operation) =>
        network.PutRows(
            operation,
            network.Graph.Node(
                "Softmax", [network[operation.Inputs[0]].Rows(operation.Output.Shape.Columns)],
                OnnxAttribute.Of("axis", 1)));

    public static void LogSumExp(NetworkTranslation network, Operation operation)
    {
        string x = network[operation.Inputs[0]].Rows(operation.Inputs[0].Shape.Columns);
        network.PutRows(
            operation,
            network.Graph.Node("ReduceLogSumExp", [x], OnnxAttribute.Of("axes", [1]), OnnxAttribute.Of("keepdims", 1)));
    }
}
