using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>What is left of batch norms when samples are drawn, and layer norms.</summary>
internal static class Norms
{
    public static void ScaleShift(NetworkTranslation network, ScaleShift operation)
    {
        (Tensor x, Tensor scale, Tensor shift) = (operation.Inputs[0], operation.Inputs[1], operation.Inputs[2]);
        if (scale.Shape.Rows == 1 && network.IsConstant(scale) && network.IsConstant(shift))
        {
            OnnxGraph graph = network.Graph;
            int columns = x.Shape.Columns;
            Content scaled = ChannelWise.Apply(network, x, "Mul", scale);
            float[] numbers = network.NumbersOf(shift);
            network.Put(operation.Output, scaled.IsImages(columns, out ImageSize? size)
                ? Content.OfImages(
                    graph, size,
                    graph.Node("Add", [scaled.Images(size), network.Constant(shift, numbers, columns, 1, 1)]))
                : Content.OfRows(
                    graph, columns,
                    graph.Node("Add", [scaled.Rows(columns), network.Constant(shift, numbers, columns)])));
            return;
        }

        if (scale.Shape.Rows != NetworkTranslation.Batch || network.IsConstant(scale) || network.IsConstant(shift))
            throw NetworkTranslation.Untranslatable(
                operation, "its factors are neither the same for all samples nor one row for each");
        OfEachSample(network, operation, x, scale, shift);
    }

    /// <summary>Of groups of numbers that lie in one column, such as all of a sample.</summary>
    public static void LayerNorm(NetworkTranslation network, Normalize operation)
    {
        if (operation.RowGroups.Columns != 1 || operation.RowGroups.Groups % NetworkTranslation.Batch != 0)
            throw NetworkTranslation.Untranslatable(operation, "it takes its moments from several samples");
        OnnxGraph graph = network.Graph;
        int length = operation.RowGroups.Rows;
        float[] ones = new float[length];
        Array.Fill(ones, 1f);
        string y = graph.Node(
            "LayerNormalization",
            [network[operation.Inputs[0]].Rows(length), graph.Constant("ones", ones, length)],
            OnnxAttribute.Of("axis", -1),
            OnnxAttribute.Of("epsilon", operation.Epsilon));
        network.Put(operation.Normalized, Content.OfRows(graph, length, y));
    }

    /// <summary>Factors and summands of a sample's class, one for each channel.</summary>
    private static void OfEachSample(
        NetworkTranslation network, Operation operation, Tensor x, Tensor scale, Tensor shift)
    {
        OnnxGraph graph = network.Graph;
        int columns = x.Shape.Columns, pixels = NetworkTranslation.RowsPerSample(x, operation);
        ImageSize size = network[x].IsImages(columns, out ImageSize? known) ? known : new ImageSize(columns, pixels, 1);
        ImageSize one = new(columns, 1, 1);
        string y = graph.Node(
            "Add", [graph.Node("Mul", [network[x].Images(size), network[scale].Images(one)]),
                network[shift].Images(one)]);
        network.Put(operation.Output, Content.OfImages(graph, size, y));
    }
}
