using GanGpu.Kernels.Elementwise;

namespace GanGpu.Tests.Reference;

/// <summary>The elementwise functions in float64.</summary>
internal static class ReferenceFunction
{
    public static double Apply(ElementwiseFunction f, double x)
    {
        x += f.Offset;
        return f.Kind switch
        {
            ElementwiseKind.Reciprocal => x == 0 ? 0 : 1 / x,
            ElementwiseKind.SquareRoot => Math.Sqrt(x),
            ElementwiseKind.InverseSquareRoot => x == 0 ? 0 : 1 / Math.Sqrt(x),
            ElementwiseKind.Softplus => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x))),
            ElementwiseKind.Exponential => Math.Exp(x),
            ElementwiseKind.Logarithm => Math.Log(x),
            _ => throw new NotSupportedException(),
        };
    }

    // The series where 1 + x would lose digits of x.
    private static double LogOnePlus(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);
}
