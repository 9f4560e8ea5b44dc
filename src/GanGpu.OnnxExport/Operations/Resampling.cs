using GanGpu.Graph;
using GanGpu.Kernels.Resampling;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>Images in another size.</summary>
internal static class Resampling
{
    public static void Upsample(NetworkTranslation network, Upsample operation)
    {
        ResamplingShape blocks = operation.ResamplingShape;
        OnnxGraph graph = network.Graph;
        string x = network[operation.Inputs[0]].Images(new ImageSize(blocks.Channels, blocks.Height, blocks.Width));
        string y = graph.Node(
            "Resize",
            [x, "", graph.Constant("scales", [1f, 1f, blocks.Factor, blocks.Factor], 4)],
            OnnxAttribute.Of("mode", "nearest"),
            OnnxAttribute.Of("coordinate_transformation_mode", "asymmetric"),
            OnnxAttribute.Of("nearest_mode", "floor"));
        network.Put(operation.Output, Content.OfImages(
            graph, new ImageSize(blocks.Channels, blocks.Height * blocks.Factor, blocks.Width * blocks.Factor),
            Scaled(graph, y, operation.Scale)));
    }

    public static void SumPool(NetworkTranslation network, SumPool operation)
    {
        ResamplingShape blocks = operation.ResamplingShape;
        OnnxGraph graph = network.Graph;
        int factor = blocks.Factor;
        string x = network[operation.Inputs[0]]
            .Images(new ImageSize(blocks.Channels, blocks.Height * factor, blocks.Width * factor));
        string mean = graph.Node(
            "AveragePool", [x], OnnxAttribute.Of("kernel_shape", factor, factor),
            OnnxAttribute.Of("strides", factor, factor));
        network.Put(operation.Output, Content.OfImages(
            graph, new ImageSize(blocks.Channels, blocks.Height, blocks.Width),
            Scaled(graph, mean, operation.Scale * factor * factor)));
    }

    /// <summary>Of all pixels of a sample.</summary>
    public static void SumOfPixels(NetworkTranslation network, SumRowGroups operation)
    {
        if (operation.RowGroups.Groups != NetworkTranslation.Batch)
            throw NetworkTranslation.Untranslatable(operation, "it sums over several samples");
        OnnxGraph graph = network.Graph;
        int columns = operation.RowGroups.Columns;
        ImageSize size = network[operation.Inputs[0]].IsImages(columns, out ImageSize? known) ? known
            : new ImageSize(columns, operation.RowGroups.Rows, 1);
        string sum = graph.Node(
            "ReduceSum", [network[operation.Inputs[0]].Images(size), graph.Constant("axes", 2, 3)],
            OnnxAttribute.Of("keepdims", 0));
        network.PutRows(operation, Scaled(graph, sum, operation.Factor));
    }

    private static string Scaled(OnnxGraph graph, string x, float factor) =>
        factor == 1f ? x : graph.Node("Mul", [x, graph.Constant("factor", [factor])]);
}
