namespace GanGpu.Networks;

/// <summary>What convolutions have in common, y = f(x ∗ w + b).</summary>
/// <param name="Kernel">Rows and columns of the kernel, at least 1.</param>
/// <param name="Stride">
/// Pixels from one patch to the next, at least 1; of a transposed convolution, pixels of the result from one of x to
/// the next.
/// </param>
public sealed record ConvolutionOptions(int Kernel, int Stride = 1)
{
    /// <summary>
    /// Rows and columns of zeros on each side; those that a transposed convolution cuts off. 0 where a layer works out
    /// its padding itself.
    /// </summary>
    public int Padding { get; init; }

    /// <summary>
    /// Rows and columns more below and to the right, 0 to stride − 1, of
    /// <see cref="Layers.TransposedConvolution"/>; of no other layer.
    /// </summary>
    public int OutputPadding { get; init; }

    /// <summary>How the weight starts; Glorot-uniform if nothing is said.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>How the bias starts; null for none.</summary>
    public Initializer? Bias { get; init; }

    /// <summary>f; the identity if nothing is said.</summary>
    public Activation Activation { get; init; }
}
