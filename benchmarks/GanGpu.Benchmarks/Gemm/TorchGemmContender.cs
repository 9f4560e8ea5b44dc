using GanGpu.Kernels.Gemm;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Gemm;

/// <summary>
/// libtorch's product, used well: TorchSharp has no <c>mm</c> into a given tensor, but <c>addmm_</c> with a beta of 0
/// is one, so that nothing is allocated; a transposed operand is a view of the matrix as it is stored, which BLAS takes
/// as it is.
/// </summary>
internal sealed class TorchGemmContender : IContender
{
    public TorchGemmContender(GemmShape shape, float[] a, float[] b)
    {
        using DisposeScope scope = NewDisposeScope();
        Left = (shape.TransposeA ? tensor(a, shape.K, shape.M).t() : tensor(a, shape.M, shape.K))
            .MoveToOuterDisposeScope();
        Right = (shape.TransposeB ? tensor(b, shape.N, shape.K).t() : tensor(b, shape.K, shape.N))
            .MoveToOuterDisposeScope();
        // Whatever is not written stays what no product is.
        Product = full(shape.M, shape.N, float.NaN).MoveToOuterDisposeScope();
    }

    /// <summary>[M,K].</summary>
    public Tensor Left { get; }

    /// <summary>[K,N].</summary>
    public Tensor Right { get; }

    public Tensor Product { get; }

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            Product.addmm_(Left, Right, beta: 0, alpha: 1);
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
        Product.Dispose();
    }
}
