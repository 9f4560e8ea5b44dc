namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// Functions of one number that are no activations: what norms, quotients and deviations are made of.
/// </summary>
internal enum ElementwiseKind
{
    /// <summary>
    /// 1 / x; 0 where x is 0, so that what has no length has no direction, instead of an infinite one.
    /// </summary>
    Reciprocal,

    /// <summary>√x; NaN below 0.</summary>
    SquareRoot,

    /// <summary>1 / √x; 0 where x is 0, NaN below.</summary>
    InverseSquareRoot,

    /// <summary>ln(1 + e^x) = max(x, 0) + log1p(e^−|x|).</summary>
    Softplus,

    /// <summary>e^x.</summary>
    Exponential,
}

/// <summary>f(x + Offset), elementwise.</summary>
/// <param name="Kind">f.</param>
/// <param name="Offset">What is added first, such as the ε of a variance; 0 for nothing.</param>
internal readonly record struct ElementwiseFunction(ElementwiseKind Kind, float Offset = 0f);
