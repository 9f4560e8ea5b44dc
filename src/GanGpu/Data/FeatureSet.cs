using System.Globalization;

namespace GanGpu.Measures;

/// <summary>
/// Samples as points of one space, in which they are measured against others: pixels, or the features that a network
/// makes of them. The values are not copied.
/// </summary>
/// <remarks>Safe for use from several threads, as long as nobody changes the array that it was made of.</remarks>
public sealed class FeatureSet
{
    /// <summary>Wraps values.</summary>
    /// <param name="values">count × dimension finite numbers, a sample after the other.</param>
    /// <param name="count">Samples, at least 1.</param>
    /// <param name="dimension">Numbers of a sample, at least 1.</param>
    /// <exception cref="ArgumentException">A size is less than 1, or the sizes do not fit together.</exception>
    /// <exception cref="InvalidInputException">A value is no finite number: a generator that diverged, for
    /// one.</exception>
    public FeatureSet(float[] values, int count, int dimension)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length != (long)count * dimension)
            throw new ArgumentException(
                $"{count} samples of {dimension} numbers are {(long)count * dimension} values, not {values.Length}.",
                nameof(values));
        int odd = Array.FindIndex(values, value => !float.IsFinite(value));
        if (odd >= 0)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The samples can't be measured: value {odd % dimension} of sample {odd / dimension} is " +
                    $"{values[odd]}, no finite number."));
        Values = values;
        Count = count;
        Dimension = dimension;
    }

    /// <summary>Samples.</summary>
    public int Count { get; }

    /// <summary>Numbers of a sample.</summary>
    public int Dimension { get; }

    /// <summary>Count × dimension numbers.</summary>
    internal float[] Values { get; }

    /// <summary>The numbers of a sample.</summary>
    /// <param name="index">The sample, 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public ReadOnlySpan<float> this[int index] => (uint)index < (uint)Count
        ? Values.AsSpan(index * Dimension, Dimension)
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} samples, from 0 on.");

    /// <summary>Pixels in 0..1, or vectors as they are; samples that a callback reads come into memory.</summary>
    /// <param name="data">A data set.</param>
    /// <param name="first">The first sample that is taken,</param>
    /// <param name="count">and how many are, at least 1; all that follow where it is null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such samples.</exception>
    /// <exception cref="InvalidInputException">They are more than an array holds, or a callback gives a value out of
    /// its range.</exception>
    public static FeatureSet Of(DataSet data, int first = 0, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        int taken = count ?? (data.Count - first);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(taken, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(taken, data.Count - first);
        if (data.Format.Encoding is FloatsEncoding)
            return Of(data.Samples(first, taken));
        ReadOnlySpan<byte> pixels =
            data.Pixels.Span.Slice(checked(first * data.SampleSize), checked(taken * data.SampleSize));
        float[] values = new float[pixels.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = pixels[i] / 255f;
        return new FeatureSet(values, taken, data.SampleSize);
    }

    /// <summary>A generator's images, from −1..1 to 0..1; vectors as they are.</summary>
    /// <param name="samples">What it drew.</param>
    /// <exception cref="InvalidInputException">A value is no finite number: a generator that diverged, for
    /// one.</exception>
    public static FeatureSet Of(SampleBatch samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        float[] values = samples.Values.ToArray();
        int dimension = samples.Format.Length;
        if (samples.Format.Encoding.IsBounded)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (values[i] + 1) / 2;
        }

        return new FeatureSet(values, samples.Count, dimension);
    }

    /// <summary>Some of the samples.</summary>
    /// <param name="indices">Which, in order.</param>
    internal FeatureSet Pick(ReadOnlySpan<int> indices)
    {
        float[] values = new float[indices.Length * Dimension];
        for (int i = 0; i < indices.Length; i++)
            this[indices[i]].CopyTo(values.AsSpan(i * Dimension));
        return new FeatureSet(values, indices.Length, Dimension);
    }

    /// <exception cref="ArgumentException">The sets lie in different spaces.</exception>
    internal static int SharedDimension(FeatureSet real, FeatureSet generated)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(generated);
        return real.Dimension == generated.Dimension
            ? real.Dimension
            : throw new ArgumentException(
                $"The real samples have {real.Dimension} numbers each, the generated ones {generated.Dimension}.");
    }
}
