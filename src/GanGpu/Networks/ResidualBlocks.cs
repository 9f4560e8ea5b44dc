namespace GanGpu.Networks;

/// <summary>
/// The residual blocks of Miyato et al. 2018 (arXiv:1802.05957, appendix B.4) and their released code: two convolutions
/// 3x3 whose result is added to the images that went in, these brought to its size and channels by a convolution 1x1.
/// Kernels of the convolutions 3x3 start Glorot-uniform times √2, those of the convolutions 1x1 Glorot-uniform, biases
/// at 0.
/// </summary>
/// <remarks>
/// Sides may be odd: where an image grows to an odd side its last row or column is cut off, and where an odd side is
/// halved, rounded up, it gets one more of zeros' surroundings before.
/// </remarks>
internal static class ResidualBlocks
{
    private const float Epsilon = 2e-5f;

    private static ConvolutionOptions Residual =>
        new(Kernel: 3) { Weight = Initializer.GlorotUniform.Times(MathF.Sqrt(2f)), Bias = Initializer.Zeros };

    private static ConvolutionOptions Shortcut => new(Kernel: 1) { Bias = Initializer.Zeros };

    /// <summary>
    /// A generator's block, which doubles the size: batch norm, ReLU, up-sampling, convolution, batch norm, ReLU,
    /// convolution; with labels the norms are those of the sample's class.
    /// </summary>
    /// <param name="x">Images.</param>
    /// <param name="parameters">The network's.</param>
    /// <param name="name">The block's name, unique within the network.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="height">Rows of the result: twice those of x, or one less.</param>
    /// <param name="width">Pixels in a row of the result, likewise.</param>
    /// <param name="labels">[samples, classes], one-hot; null where there are no classes.</param>
    public static FeatureMap UpBlock(
        this FeatureMap x, Parameters parameters, string name, int channels, int height, int width, Tensor? labels)
    {
        FeatureMap residual = Norm(x, parameters, $"{name}.norm1", labels).Upsample(2)
            .ConvolutionTo(parameters, $"{name}.conv1", channels, Residual, height, width);
        residual = Norm(residual, parameters, $"{name}.norm2", labels)
            .ConvolutionTo(parameters, $"{name}.conv2", channels, Residual, height, width);
        FeatureMap shortcut = x.Upsample(2)
            .ConvolutionTo(parameters, $"{name}.shortcut", channels, Shortcut, height, width);
        return residual.With(residual.Tensor + shortcut.Tensor);
    }

    /// <summary>
    /// A discriminator's block, all its weights spectrally normalised: ReLU, convolution, ReLU, convolution, and where
    /// it halves the size the mean of each 2x2 pixels. The shortcut is the identity where neither size nor channels
    /// change.
    /// </summary>
    /// <param name="x">Images.</param>
    /// <param name="parameters">The network's.</param>
    /// <param name="name">The block's name, unique within the network.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="halve">Whether it halves the size, sides rounded up.</param>
    /// <param name="first">Whether x is what the network is given: there is no ReLU before it then.</param>
    public static FeatureMap SpectralBlock(
        this FeatureMap x, Parameters parameters, string name, int channels, bool halve, bool first = false)
    {
        // Means of 2x2 pixels and a convolution 1x1 may change places: the shortcut too is pooled last.
        (int height, int width) = halve ? (Even(x.Height), Even(x.Width)) : (x.Height, x.Width);
        FeatureMap residual = (first ? x : x.Activate(Activation.Relu))
            .ConvolutionTo(parameters, $"{name}.conv1", channels, Residual, x.Height, x.Width, spectral: true)
            .Activate(Activation.Relu)
            .ConvolutionTo(parameters, $"{name}.conv2", channels, Residual, height, width, spectral: true);
        FeatureMap shortcut = halve || x.Channels != channels
            ? x.ConvolutionTo(parameters, $"{name}.shortcut", channels, Shortcut, height, width, spectral: true)
            : x;
        FeatureMap sum = residual.With(residual.Tensor + shortcut.Tensor);
        return halve ? sum.AveragePool(2) : sum;
    }

    /// <summary>Batch norm, then ReLU.</summary>
    public static FeatureMap Norm(FeatureMap x, Parameters parameters, string name, Tensor? labels) => labels is null
        ? x.BatchNorm(parameters, name, Activation.Relu, Epsilon)
        : x.ConditionalBatchNorm(parameters, name, labels, Activation.Relu, Epsilon);

    private static int Even(int side) => (side + 1) / 2 * 2;
}
