using GanGpu.Graph;

namespace GanGpu.Networks;

// Spectral normalisation.
public static partial class Layers
{
    /// <summary>Norms below this count as this, as in PyTorch.</summary>
    private const float LeastNorm = 1e-12f;

    /// <summary>
    /// Spectral normalisation (Miyato et al. 2018, arXiv:1802.05957): a weight is divided by its greatest singular
    /// value, so that the layer stretches no input by more than 1. The value is estimated by one power iteration a use,
    /// from a vector that is kept: over the steps it follows the weight.
    /// </summary>
    /// <remarks>
    /// W / σ with v = W·u / ‖W·u‖, u ← Wᵀ·v / ‖Wᵀ·v‖ and σ = vᵀ·W·u. u and v are constants to differentiation, σ is
    /// not: the gradient is that of PyTorch's spectral_norm. u is the state "<paramref name="name"/>.u", 1 × outputs,
    /// and starts normal; it is stored in training only, and a network that is not trained iterates once more from it.
    /// </remarks>
    /// <param name="weight">
    /// A matrix [inputs, outputs]; of a convolution [height · width · channels, filters]. That of a transposed
    /// convolution is the matrix of the convolution it transposes, [height · width · filters, channels], and has other
    /// singular values than the rearrangement that PyTorch takes.
    /// </param>
    /// <param name="parameters">Where u is kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <returns>A weight of the same shape.</returns>
    /// <exception cref="ArgumentException">The network has another state of the name.</exception>
    public static Tensor SpectralNorm(this Tensor weight, Parameters parameters, string name)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(parameters);
        string state = $"{name}.u";
        Tensor u = parameters.State(state, new Shape(1, weight.Shape.Columns), Initializer.Normal(1f));
        if (parameters.Traced)
            return new TracedLayer(nameof(SpectralNorm), [weight, u]).Output;
        (Tensor sigma, Tensor next) = PowerIteration(weight, u);
        if (parameters.Training)
            parameters.Update(state, next);
        return TensorMath.Scale(weight, TensorMath.Reciprocal(sigma));
    }

    /// <summary>A fully connected layer, as <see cref="Layers.Dense"/>, with a spectrally normalised weight.</summary>
    /// <param name="input">A batch [rows, inputs].</param>
    /// <param name="parameters">Where its weight, its bias and its state are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="outputs">Columns of the result.</param>
    /// <param name="activation">f.</param>
    /// <param name="kernel">How the weight starts.</param>
    /// <param name="bias">How the bias starts; null for a layer without.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="ArgumentException">There are no outputs, or the network has another parameter of a
    /// name.</exception>
    public static Tensor SpectralDense(
        this Tensor input, Parameters parameters, string name, int outputs, Activation activation, Initializer kernel,
        Initializer? bias = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parameters);
        Tensor weight = parameters.Get($"{name}.weight", new Shape(input.Shape.Columns, outputs), kernel)
            .SpectralNorm(parameters, name);
        Tensor sum = new MatMul(input, weight).Output;
        if (bias is { } start)
            sum = new AddBias(sum, parameters.Get($"{name}.bias", new Shape(1, outputs), start)).Output;
        return Activated(sum, activation);
    }

    /// <summary>σ [1,1] of a weight after one power iteration from u, and the u that comes of it.</summary>
    internal static (Tensor Sigma, Tensor Next) PowerIteration(Tensor weight, Tensor u)
    {
        Tensor v = new RowDirections(new MatMul(u, weight, false, true).Output, LeastNorm).Output;
        Tensor image = new MatMul(v, weight).Output;
        Tensor next = new RowDirections(image, LeastNorm).Output;
        return (new RowDots(image, next).Output, next);
    }
}
