using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>Named combinations of a few operations.</summary>
internal static class TensorMath
{
    /// <summary>Σ of all elements, [1,1].</summary>
    public static Tensor Sum(Tensor x) => new RowSums(new Reshape(x, new Shape(1, x.Shape.Length)).Output).Output;

    /// <summary>A tensor whose elements are all the scalar [1,1].</summary>
    public static Tensor Broadcast(Tensor scalar, Shape shape) =>
        new Reshape(new BroadcastColumns(scalar, shape.Length).Output, shape).Output;

    /// <summary>scalar · x, for a scalar [1,1].</summary>
    public static Tensor Scale(Tensor x, Tensor scalar) =>
        new Reshape(new ScaleRows(new Reshape(x, new Shape(1, x.Shape.Length)).Output, scalar).Output, x.Shape).Output;

    /// <summary>1 / x, elementwise; 0 if x is 0.</summary>
    public static Tensor Reciprocal(Tensor x) => new Elementwise(x, new(ElementwiseKind.Reciprocal)).Output;

    /// <summary>√(x + offset), elementwise; its derivative at 0 is taken as 0.</summary>
    public static Tensor SquareRoot(Tensor x, float offset = 0f) =>
        new Elementwise(x, new(ElementwiseKind.SquareRoot, offset)).Output;

    /// <summary>1 / √(x + offset), elementwise; 0 if x + offset is 0.</summary>
    public static Tensor InverseSquareRoot(Tensor x, float offset = 0f) =>
        new Elementwise(x, new(ElementwiseKind.InverseSquareRoot, offset)).Output;

    /// <summary>ln(1 + e^x), elementwise.</summary>
    public static Tensor Softplus(Tensor x) => new Elementwise(x, new(ElementwiseKind.Softplus)).Output;

    /// <summary>e^x, elementwise.</summary>
    public static Tensor Exp(Tensor x) => new Elementwise(x, new(ElementwiseKind.Exponential)).Output;

    /// <summary>ln(x + offset), elementwise; −∞ at 0, NaN below.</summary>
    public static Tensor Log(Tensor x, float offset = 0f) =>
        new Elementwise(x, new(ElementwiseKind.Logarithm, offset)).Output;
}
