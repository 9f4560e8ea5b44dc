using GanGpu.Graph;
using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>Functions of each number by itself.</summary>
internal static class Functions
{
    public static void Activate(NetworkTranslation network, Activate operation)
    {
        OnnxGraph graph = network.Graph;
        network.Put(operation.Output, network[operation.Inputs[0]].Each(x => operation.Activation.Kind switch
        {
            ActivationKind.Identity => x,
            ActivationKind.Relu => graph.Node("Relu", [x]),
            ActivationKind.LeakyRelu =>
                graph.Node("LeakyRelu", [x], OnnxAttribute.Of("alpha", operation.Activation.Leak)),
            ActivationKind.Tanh => graph.Node("Tanh", [x]),
            ActivationKind.Sigmoid => graph.Node("Sigmoid", [x]),
            _ => throw NetworkTranslation.Untranslatable(operation, $"there is no {operation.Activation}"),
        }));
    }

    public static void Elementwise(NetworkTranslation network, Elementwise operation)
    {
        string type = operation.Function.Kind switch
        {
            ElementwiseKind.Softplus => "Softplus",
            ElementwiseKind.SquareRoot => "Sqrt",
            ElementwiseKind.Exponential => "Exp",
            // Reciprocals are 0 of 0 here, and infinite there.
            _ => throw NetworkTranslation.Untranslatable(
                operation, $"there is no {operation.Function.Kind} that is 0 where its argument is"),
        };
        OnnxGraph graph = network.Graph;
        network.Put(operation.Output, network[operation.Inputs[0]].Each(x =>
            graph.Node(
                type, [operation.Function.Offset == 0f ? x
                    : graph.Node("Add", [x, graph.Constant("offset", [operation.Function.Offset])])])));
    }

    public static void Scale(NetworkTranslation network, Scale operation)
    {
        OnnxGraph graph = network.Graph;
        network.Put(
            operation.Output, network[operation.Inputs[0]]
            .Each(x => graph.Node("Mul", [x, graph.Constant("factor", [operation.Factor])])));
    }

    /// <summary>Of two tensors of equal shape.</summary>
    public static void OfTwo(NetworkTranslation network, Operation operation, string type)
    {
        (Tensor a, Tensor b) = (operation.Inputs[0], operation.Inputs[1]);
        if (network.IsConstant(a) || network.IsConstant(b))
            throw NetworkTranslation.Untranslatable(operation, "one of its operands is the same for each sample");
        int columns = operation.Output.Shape.Columns;
        bool images = network[a].IsImages(columns, out ImageSize? size) || network[b].IsImages(columns, out size);
        network.Put(operation.Output, images
            ? Content.OfImages(
                network.Graph, size!, network.Graph.Node(type, [network[a].Images(size!), network[b].Images(size!)]))
            : Content.OfRows(
                network.Graph, columns,
                network.Graph.Node(type, [network[a].Rows(columns), network[b].Rows(columns)])));
    }
}
