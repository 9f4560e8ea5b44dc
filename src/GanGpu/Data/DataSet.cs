using System.Globalization;
using System.Runtime.InteropServices;

namespace GanGpu;

/// <summary>
/// Images of one size, as bytes, which training scales to −1..1 on the device; or vectors of numbers, which it takes as
/// they are.
/// </summary>
public sealed class DataSet
{
    /// <summary>Wraps values; they are not copied.</summary>
    internal DataSet(
        string name, SampleFormat format, int count, byte[]? labels, byte[]? pixels = null, float[]? values = null)
    {
        Name = name;
        Format = format;
        Count = count;
        Labels = labels;
        Pixels = pixels;
        Values = values;
    }

    /// <summary>What it is, for messages.</summary>
    public string Name { get; }

    /// <summary>Samples, at least 1.</summary>
    public int Count { get; }

    /// <summary>What the samples are.</summary>
    public SampleFormat Format { get; }

    /// <summary>Values of a sample.</summary>
    public int SampleSize => Format.Length;

    /// <summary>Count × sample size bytes, if values are bytes; else empty.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>Count × sample size numbers, if values are float32; else empty.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The class of each sample; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>Classes of samples, numbered from 0: the greatest label and 1; 0 where there are no labels.</summary>
    public int Classes => Labels.IsEmpty ? 0 : Labels.ToArray().Max() + 1;

    /// <summary>What the classes are called, by number; null where they have numbers only, or there are none.</summary>
    public IReadOnlyList<string>? ClassNames { get; internal init; }

    /// <summary>Why there are no classes, as the rest of a sentence that begins with the name; null where there is
    /// nothing to say of it.</summary>
    public string? WhyNoClasses { get; internal init; }

    /// <summary>Sentences on what was taken for what when the data was opened, for a person to read; empty where all
    /// was plain.</summary>
    public IReadOnlyList<string> Remarks { get; internal set; } = [];

    /// <summary>The names of files that were damaged and left out; empty where all were taken.</summary>
    public IReadOnlyList<string> Damaged { get; internal init; } = [];

    /// <summary>
    /// What the samples were made from, as their modality knows it: a mixture of normal distributions, or what image
    /// files were like. Null if there is nothing to know.
    /// </summary>
    internal object? Origin { get; init; }

    /// <summary>Bytes of a sample in memory.</summary>
    internal int SampleBytes => SampleSize * Format.Encoding.BytesPerValue;

    /// <summary>The samples as they lie in memory, here and on a device.</summary>
    internal ReadOnlySpan<byte> Bytes =>
        Format.Encoding is FloatsEncoding ? MemoryMarshal.AsBytes(Values.Span) : Pixels.Span;

    /// <summary>Copies samples as networks take them: pixels scaled to −1..1, numbers as they are.</summary>
    /// <param name="first">The first value, counted over all samples.</param>
    /// <param name="values">Receives the values from there on.</param>
    internal void CopyScaled(int first, Span<float> values)
    {
        if (Format.Encoding is FloatsEncoding)
        {
            Values.Span.Slice(first, values.Length).CopyTo(values);
            return;
        }

        ReadOnlySpan<byte> pixels = Pixels.Span.Slice(first, values.Length);
        for (int i = 0; i < values.Length; i++)
            values[i] = (pixels[i] - 127.5f) * (1f / 127.5f);
    }

    /// <summary>Samples as networks take them and generators make them.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public SampleBatch Samples(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        float[] values = new float[count * SampleSize];
        CopyScaled(first * SampleSize, values);
        return new SampleBatch(Format, count, values);
    }

    /// <summary>
    /// A data set of bytes in memory; they are not copied. They are one array, so that there are at most 2,147,483,591
    /// of them: 43,690 images of 128x128x3.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="pixels">count × height × width × channels bytes.</param>
    /// <param name="count">Images, at least 1.</param>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    /// <param name="labels">The class of each image, or null.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public static DataSet FromBytes(
        string name, byte[] pixels, int count, int height, int width, int channels, byte[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        foreach (int size in new[] { count, height, width, channels })
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (pixels.Length != (long)count * height * width * channels)
            throw new ArgumentException(
                $"{count} images of {height}x{width}x{channels} are {(long)count * height * width * channels} bytes, " +
                $"not {pixels.Length}.", nameof(pixels));
        CheckLabels(count, labels);
        return new DataSet(name, SampleFormat.OfImages(height, width, channels), count, labels, pixels);
    }

    /// <summary>
    /// A data set of vectors in memory; they are not copied. Training and generators take them as vectors 1 × length ×
    /// 1, and as they are: most presets end with tanh and make numbers in −1..1 only, so scale the data to that range
    /// (a trainer warns the device's logger where that was not done). They are at most 2 GiB, 536,870,897 numbers.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="values">count × length numbers.</param>
    /// <param name="count">Vectors, at least 1.</param>
    /// <param name="length">Numbers of a vector, at least 1.</param>
    /// <param name="labels">The class of each vector, or null.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    /// <exception cref="InvalidInputException">A value is no finite number, or there are more than 2 GiB of
    /// them.</exception>
    public static DataSet FromValues(string name, float[] values, int count, int length, byte[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (values.Length != (long)count * length)
            throw new ArgumentException(
                $"{count} vectors of {length} are {(long)count * length} values, not {values.Length}.", nameof(values));
        CheckLabels(count, labels);
        if ((long)values.Length * sizeof(float) > Array.MaxLength)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"'{name}' has {values.Length:N0} numbers, which are {(long)values.Length * sizeof(float):N0} bytes; " +
                $"a data set has at most {Array.MaxLength:N0}, so give at most " +
                $"{Array.MaxLength / sizeof(float) / length:N0} vectors of {length}."));
        }

        int odd = Array.FindIndex(values, value => !float.IsFinite(value));
        if (odd >= 0)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"'{name}' can't be trained on: value {odd % length} of vector {odd / length} is {values[odd]}, " +
                    $"no finite number."));
        return new DataSet(name, SampleFormat.OfPoints(length), count, labels, values: values);
    }

    /// <summary>Samples as they lie in memory, see <see cref="Bytes"/>.</summary>
    internal static DataSet OfBytes(
        string name, SampleFormat format, byte[] bytes, int count, byte[]? labels, object? origin = null) =>
        format.Encoding is FloatsEncoding
            ? new(name, format, count, labels, values: MemoryMarshal.Cast<byte, float>(bytes).ToArray())
            {
                Origin = origin,
            }
            : new(name, format, count, labels, bytes) { Origin = origin };

    /// <summary>Samples of a format that are nothing, for what only has to be run once.</summary>
    internal static DataSet Blank(SampleFormat format, int count, byte[] labels) =>
        OfBytes("nothing", format, new byte[count * format.Length * format.Encoding.BytesPerValue], count, labels);

    private static void CheckLabels(int count, byte[]? labels)
    {
        if (labels is not null && labels.Length != count)
            throw new ArgumentException($"{count} samples need {count} labels, not {labels.Length}.", nameof(labels));
    }
}
