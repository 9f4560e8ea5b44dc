using GanGpu.Graph;

namespace GanGpu.Networks;

// Dropout.
public static partial class Layers
{
    /// <summary>
    /// Dropout (Srivastava et al. 2014): in training each value is 0 with a given probability, drawn anew in every
    /// step, and the others are divided by the probability that they stay; in drawing samples nothing is done.
    /// </summary>
    /// <param name="input">A batch.</param>
    /// <param name="parameters">Those of the network.</param>
    /// <param name="rate">The probability that a value is dropped: at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not at least 0 and below 1.</exception>
    public static Tensor Dropout(this Tensor input, Parameters parameters, float rate)
    {
        ArgumentNullException.ThrowIfNull(input);
        return DrawnMask(parameters, input.Shape, rate) is { } mask ? input * mask
            : UndroppedOf(nameof(Dropout), input, parameters, rate);
    }

    /// <inheritdoc cref="Dropout(Tensor, Parameters, float)" path="/summary"/>
    /// <param name="input">Images.</param>
    /// <param name="parameters">Those of the network.</param>
    /// <param name="rate">The probability that a value is dropped: at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not at least 0 and below 1.</exception>
    public static FeatureMap Dropout(this FeatureMap input, Parameters parameters, float rate)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.With(input.Tensor.Dropout(parameters, rate));
    }

    /// <summary>
    /// Dropout of whole channels of a sample (Tompson et al. 2015, arXiv:1411.4280), as PyTorch's Dropout2d.
    /// </summary>
    /// <param name="input">Images.</param>
    /// <param name="parameters">Those of the network.</param>
    /// <param name="rate">The probability that a channel of a sample is dropped: at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not at least 0 and below 1.</exception>
    public static FeatureMap Dropout2d(this FeatureMap input, Parameters parameters, float rate)
    {
        ArgumentNullException.ThrowIfNull(input);
        return DrawnMask(parameters, new Shape(input.Batch, input.Channels), rate) is { } mask
            ? input.With(input.Tensor * new RepeatRows(mask, input.Height * input.Width).Output)
            : parameters.Traced ? input.With(UndroppedOf(nameof(Dropout2d), input.Tensor, parameters, rate)) : input;
    }

    private static Tensor UndroppedOf(string layer, Tensor input, Parameters parameters, float rate) =>
        parameters.Traced ? new TracedLayer(layer, [input], rate).Output : input;

    private static Tensor? DrawnMask(Parameters parameters, Shape shape, float rate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (rate is not (>= 0f and < 1f))
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, "Dropout drops a share of at least 0 and less than all.");
        if (!parameters.Training || rate == 0f)
            return null;
        (ulong seed, uint stream) = parameters.NextRandom();
        return new DropoutMask(shape, 1f - rate, seed, stream).Output;
    }
}
