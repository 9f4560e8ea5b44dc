using GanGpu.Graph;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>What is told of the classes of samples.</summary>
internal static class Classes
{
    public static void OneHot(NetworkTranslation network, OneHot operation)
    {
        OnnxGraph graph = network.Graph;
        string depth = graph.Constant("classes", operation.Output.Shape.Columns),
            values = graph.Constant("off_on", [0f, 1f], 2);
        network.PutRows(operation, graph.Node("OneHot", [network.Labels!, depth, values]));
    }

    public static void GatherRows(NetworkTranslation network, GatherRows operation) =>
        network.PutRows(
            operation, network.Graph.Node("Gather", [network.Matrix(operation.Inputs[0], operation), network.Labels!]));
}
