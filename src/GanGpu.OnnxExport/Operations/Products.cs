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

    /// <summary>Products within each sample: the groups become a dimension of their own.</summary>
    public static void GroupedMatMul(NetworkTranslation network, GroupedMatMul product)
    {
        if (product.Groups % NetworkTranslation.Batch != 0)
            throw NetworkTranslation.Untranslatable(product, "its groups are not those of samples");
        if (network.IsConstant(product.A) || network.IsConstant(product.B))
            throw NetworkTranslation.Untranslatable(product, "one of its factors is the same for each sample");
        OnnxGraph graph = network.Graph;
        string result = graph.Node(
            "MatMul", [Matrices(product.A, product.Gemm.TransposeA), Matrices(product.B, product.Gemm.TransposeB)]);
        network.PutRows(
            product, graph.Node("Reshape", [result, graph.Constant("shape", [-1L, product.Gemm.N])]));

        string Matrices(Tensor factor, bool transposed)
        {
            string matrices = graph.Node(
                "Reshape", [network[factor].Rows(factor.Shape.Columns),
                    graph.Constant("shape", [-1L, factor.Shape.Rows / product.Groups, factor.Shape.Columns])]);
            return transposed ? graph.Node("Transpose", [matrices], OnnxAttribute.Of("perm", 0, 2, 1)) : matrices;
        }
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
