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
        OnnxGraph graph = network.Graph;
        network.Put(operation.Output, network[operation.Inputs[0]].Each(x =>
            Of(graph, operation.Function.Kind, operation.Function.Offset == 0f ? x
                : graph.Node("Add", [x, graph.Constant("offset", [operation.Function.Offset])]))));
    }

    private static string Of(OnnxGraph graph, ElementwiseKind kind, string x) => kind switch
    {
        ElementwiseKind.Softplus => graph.Node("Softplus", [x]),
        ElementwiseKind.SquareRoot => graph.Node("Sqrt", [x]),
        ElementwiseKind.Exponential => graph.Node("Exp", [x]),
        ElementwiseKind.Logarithm => graph.Node("Log", [x]),
        ElementwiseKind.Reciprocal => ZeroOfZero(graph, x, graph.Node("Reciprocal", [x])),
        ElementwiseKind.InverseSquareRoot =>
            ZeroOfZero(graph, x, graph.Node("Reciprocal", [graph.Node("Sqrt", [x])])),
        _ => throw new InvalidOperationException($"The function {kind} is not known."),
    };

    /// <summary>Reciprocals are 0 of 0 here, and infinite in ONNX.</summary>
    private static string ZeroOfZero(OnnxGraph graph, string x, string reciprocal)
    {
        string zero = graph.Constant("zero", [0f]);
        return graph.Node("Where", [graph.Node("Equal", [x, zero]), zero, reciprocal]);
    }

    public static void Scale(NetworkTranslation network, Scale operation)
    {
        OnnxGraph graph = network.Graph;
        network.Put(
            operation.Output, network[operation.Inputs[0]]
            .Each(x => graph.Node("Mul", [x, graph.Constant("factor", [operation.Factor])])));
    }

    /// <summary>Of two tensors of equal shape; one of them may be a row that is the same for each.</summary>
    public static void OfTwo(NetworkTranslation network, Operation operation, string type)
    {
        (Tensor a, Tensor b) = (operation.Inputs[0], operation.Inputs[1]);
        if (network.IsConstant(a) || network.IsConstant(b))
        {
            (Tensor x, Tensor constant) = network.IsConstant(a) ? (b, a) : (a, b);
            network.Put(operation.Output, ChannelWise.Apply(network, x, type, constant));
            return;
        }

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
