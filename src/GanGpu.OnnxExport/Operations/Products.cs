using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>Fully connected layers.</summary>
internal static class Products
{
    public static void MatMul(NetworkTranslation network, MatMul product)
    {
        if (network.IsConstant(product.A) || product.Gemm.TransposeA)
            throw NetworkTranslation.Untranslatable(product, "it mixes the samples of a batch");
        string[] factors = [network[product.A].Rows(product.A.Shape.Columns), network.Matrix(product.B, product)];
        network.PutRows(product, product.Gemm.TransposeB
            ? network.Graph.Node("Gemm", factors, OnnxAttribute.Of("transB", 1))
            : network.Graph.Node("MatMul", factors));
    }

    /// <summary>The bias is that of a column: of images that of a channel.</summary>
    public static void AddBias(NetworkTranslation network, Operation add)
    {
        (Tensor x, Tensor bias) = (add.Inputs[0], add.Inputs[1]);
        if (!network.IsConstant(bias))
            throw NetworkTranslation.Untranslatable(add, "its bias depends on samples");
        network.Put(add.Output, ChannelWise.Apply(network, x, "Add", bias));
    }
}
