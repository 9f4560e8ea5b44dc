namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// Functions of one number other than activations. Norms, quotients and standard deviations are made of them.
/// </summary>
internal enum ElementwiseKind
{
    /// <summary>
    /// 1 / x; 0 if x is 0, so that a vector of length 0 has no direction rather than an infinite one.
    /// </summary>
    Reciprocal,

    /// <summary>√x; NaN below 0.</summary>
    SquareRoot,

    /// <summary>1 / √x; 0 if x is 0, NaN below.</summary>
    InverseSquareRoot,

    /// <summary>ln(1 + e^x) = max(x, 0) + log1p(e^−|x|).</summary>
    Softplus,

    /// <summary>e^x.</summary>
    Exponential,
}

/// <summary>f(x + Offset), elementwise.</summary>
/// <param name="Kind">f.</param>
/// <param name="Offset">A number that is added to x first, such as the ε of a variance.</param>
internal readonly record struct ElementwiseFunction(ElementwiseKind Kind, float Offset = 0f);
