using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>
/// A batch of images, or of what a convolution made of them: one row a pixel, one column a channel. Sample after
/// sample, in each row after row of pixels.
/// </summary>
/// <param name="Tensor">[batch · height · width, channels].</param>
/// <param name="Batch">Samples.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
public sealed record FeatureMap(Tensor Tensor, int Batch, int Height, int Width)
{
    /// <summary>Values of a pixel.</summary>
    public int Channels => Tensor.Shape.Columns;

    /// <summary>Samples [n, height · width · channels] as images; it costs nothing.</summary>
    /// <param name="samples">One sample a row.</param>
    /// <param name="shape">The size of a sample.</param>
    /// <exception cref="ArgumentException">A row has another number of values.</exception>
    public static FeatureMap Of(Tensor samples, SampleShape shape)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Shape.Columns != shape.Length)
            throw new ArgumentException($"A row of {samples} is no image of {shape}, which has {shape.Length} values.");
        Shape pixels = new(checked(samples.Shape.Rows * shape.Height * shape.Width), shape.Channels);
        return new FeatureMap(
            new Reshape(samples, pixels) { Image = shape }.Output, samples.Shape.Rows, shape.Height, shape.Width);
    }

    /// <summary>One row a sample: [batch, height · width · channels]; it costs nothing.</summary>
    /// <exception cref="ArgumentException">The tensor has not batch · height · width rows.</exception>
    public Tensor Flatten() => new Reshape(Tensor, new Shape(Batch, checked(Height * Width * Channels))).Output;

    /// <summary>Other values for the same pixels.</summary>
    /// <param name="tensor">[batch · height · width, any number of channels].</param>
    public FeatureMap With(Tensor tensor) => this with { Tensor = tensor };
}
