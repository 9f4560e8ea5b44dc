using GanGpu.Graph;

namespace GanGpu.Networks;

// Minibatch standard deviation.
public static partial class Layers
{
    private const float DeviationEpsilon = 1e-8f;

    /// <summary>
    /// Minibatch standard deviation (Karras et al. 2018, arXiv:1710.10196): one more feature that says how much the
    /// samples of a group differ from each other, so that a discriminator sees a generator that draws always the same.
    /// It is √(variance + 1e-8) over the samples of a group, of each feature, then the mean of these. Of n / group = m
    /// groups, samples i, i + m, i + 2m, … are one. Each of <see cref="Parameters.Batches"/> stacked batches has groups
    /// of its own.
    /// </summary>
    /// <param name="samples">[n, features].</param>
    /// <param name="parameters">Says how many batches are stacked.</param>
    /// <param name="group">The most samples of a group: it has the greatest number of them that divides a batch. Null
    /// for the whole batch.</param>
    /// <returns>[n, features + 1].</returns>
    /// <exception cref="ArgumentException">A group has no sample, or the batches have not all as many.</exception>
    public static Tensor MinibatchStdDev(this Tensor samples, Parameters parameters, int? group = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Traced)
            return TracedStdDev(samples);
        return new ConcatenateColumns(samples, StdDevOf(samples, parameters.Batches, group)).Output;
    }

    /// <summary>
    /// Minibatch standard deviation of images: one more channel, the same number in every pixel of an image; as for
    /// samples of all their values.
    /// </summary>
    /// <param name="images">Images, or features of them.</param>
    /// <param name="parameters">Says how many batches are stacked.</param>
    /// <param name="group">The most samples of a group, such as 4; null for the whole batch.</param>
    /// <returns>As many pixels, of one more channel.</returns>
    /// <exception cref="ArgumentException">A group has no sample, or the batches have not all as many.</exception>
    public static FeatureMap MinibatchStdDev(this FeatureMap images, Parameters parameters, int? group = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Traced)
            return images.With(TracedStdDev(images.Tensor));
        Tensor deviations = StdDevOf(images.Flatten(), parameters.Batches, group);
        Tensor pixels = new Reshape(
            new BroadcastColumns(deviations, images.Height * images.Width).Output,
            new Shape(images.Tensor.Shape.Rows, 1)).Output;
        return images.With(new ConcatenateColumns(images.Tensor, pixels).Output);
    }

    private static Tensor TracedStdDev(Tensor x) =>
        new TracedLayer(nameof(MinibatchStdDev), [x], columns: x.Shape.Columns + 1).Output;

    /// <summary>The deviation [n, 1] of each sample's group.</summary>
    private static Tensor StdDevOf(Tensor samples, int batches, int? group)
    {
        int batch = samples.Shape.Rows / batches;
        if (group < 1 || batch * batches != samples.Shape.Rows)
            throw new ArgumentException($"{samples} can't be split into {batches} batches with groups of {group}.");
        int size = Enumerable.Range(1, Math.Min(group ?? batch, batch)).Last(size => batch % size == 0);
        return batches == 1
            ? StdDevOfBatch(samples, size)
            : new StackRows(
                [.. new SplitRows(samples, batches).Outputs.Select(one => StdDevOfBatch(one, size))]).Output;
    }

    private static Tensor StdDevOfBatch(Tensor samples, int size)
    {
        (int rows, int features) = samples.Shape;
        int groups = rows / size;
        // A row for each place in a group, with all the groups side by side.
        Tensor places = new Reshape(samples, new Shape(size, checked(groups * features))).Output;
        Tensor centred = new AddBias(places, -1f / size * new ColumnSums(places).Output).Output;
        Tensor squares = new ColumnSums(centred * centred).Output;
        // √(squares / size + ε) = √(squares + size · ε) / √size.
        Tensor deviations =
            new Reshape(TensorMath.SquareRoot(squares, size * DeviationEpsilon), new Shape(groups, features)).Output;
        Tensor means = 1f / (MathF.Sqrt(size) * features) * new RowSums(deviations).Output;
        return new Reshape(
            new BroadcastRows(new Reshape(means, new Shape(1, groups)).Output, size).Output, new Shape(rows, 1)).Output;
    }
}
