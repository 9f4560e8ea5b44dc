using System.Globalization;
using GanGpu.Graph;
using GanGpu.Kernels.Resampling;

namespace GanGpu.Networks;

// Images in another size.
public static partial class Layers
{
    /// <summary>Nearest up-sampling: each pixel becomes a block of factor x factor.</summary>
    /// <param name="input">Images.</param>
    /// <param name="factor">At least 1.</param>
    /// <exception cref="ArgumentException">The tensor has not batch · height · width rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is less than 1.</exception>
    public static FeatureMap Upsample(this FeatureMap input, int factor)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ResamplingShape blocks = new(input.Batch, input.Height, input.Width, input.Channels, factor);
        return new FeatureMap(
            new Upsample(input.Tensor, blocks).Output, input.Batch, checked(input.Height * factor),
            checked(input.Width * factor));
    }

    /// <summary>The mean of each block of factor x factor pixels.</summary>
    /// <param name="input">Images.</param>
    /// <param name="factor">At least 1; height and width are multiples of it.</param>
    /// <exception cref="ArgumentException">The factor is less than 1, a side is no multiple of it, or the tensor has
    /// not batch · height · width rows.</exception>
    public static FeatureMap AveragePool(this FeatureMap input, int factor) =>
        Pool(input, factor, 1f / ((float)factor * factor));

    /// <summary>The sum of each block of factor x factor pixels.</summary>
    /// <param name="input">Images.</param>
    /// <param name="factor">At least 1; height and width are multiples of it.</param>
    /// <exception cref="ArgumentException">The factor is less than 1, a side is no multiple of it, or the tensor has
    /// not batch · height · width rows.</exception>
    public static FeatureMap SumPool(this FeatureMap input, int factor) => Pool(input, factor, 1f);

    /// <summary>The sum of all pixels of each sample: [batch, channels].</summary>
    /// <param name="input">Images.</param>
    /// <exception cref="ArgumentException">The tensor has not batch · height · width rows.</exception>
    public static Tensor GlobalSumPool(this FeatureMap input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SumRowGroups(input.Tensor, input.Batch).Output;
    }

    /// <summary>The mean of all pixels of each sample: [batch, channels].</summary>
    /// <param name="input">Images.</param>
    /// <exception cref="ArgumentException">The tensor has not batch · height · width rows.</exception>
    public static Tensor GlobalAveragePool(this FeatureMap input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SumRowGroups(input.Tensor, input.Batch, 1f / (input.Height * input.Width)).Output;
    }

    private static FeatureMap Pool(FeatureMap input, int factor, float scale)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if (input.Height % factor != 0 || input.Width % factor != 0)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"Images of {input.Height}x{input.Width} can't be pooled by {factor}: a side is no multiple of " +
                    $"it."));
        ResamplingShape blocks = new(input.Batch, input.Height / factor, input.Width / factor, input.Channels, factor);
        return new FeatureMap(
            new SumPool(input.Tensor, blocks, scale).Output, input.Batch, blocks.Height, blocks.Width);
    }
}
