using System.Globalization;
using GanGpu.Data;

namespace GanGpu;

// From what a program has: arrays and memory, sequences, a callback.
public sealed partial class DataSet
{
    /// <summary>
    /// A data set of images of bytes in memory; they are not copied. They are one block, so that there are at most
    /// 2,147,483,591 of them: 43,690 images of 128x128x3; see <see cref="FromCallback"/> for more.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="pixels">count × height × width × channels bytes, 0 to 255.</param>
    /// <param name="count">Images, at least 1.</param>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    /// <param name="labels">The class of each image; empty if there are none.</param>
    /// <exception cref="ArgumentException">A size is less than 1, the sizes do not fit together, or there is not a
    /// class for each sample.</exception>
    public static DataSet FromBytes(
        string name, ReadOnlyMemory<byte> pixels, int count, int height, int width, int channels,
        ReadOnlyMemory<byte> labels = default)
    {
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
    /// A data set of images of float32 in memory, N × height × width × channels, which keep their precision: they are
    /// scaled to −1..1, or not copied if that is their range. They are at most 2 GiB, 536,870,897 numbers.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="values">The images, one after the other; how many follows from their size.</param>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    /// <param name="least">The value of black, such as 0 or −1.</param>
    /// <param name="greatest">The value of white, such as 1 or 255.</param>
    /// <param name="labels">The class of each image; empty if there are none.</param>
    /// <exception cref="ArgumentException">A size is less than 1, the sizes do not fit together, the range is none, or
    /// there is not a class for each image.</exception>
    /// <exception cref="InvalidInputException">A value is outside the range or no finite number, or there are more than
    /// 2 GiB of them.</exception>
    public static DataSet FromImages(
        string name, ReadOnlyMemory<float> values, int height, int width, int channels, float least, float greatest,
        ReadOnlyMemory<byte> labels = default)
    {
        (SampleFormat format, int count) = ImagesIn(name, values.Length, height, width, channels);
        CheckLabels(count, labels);
        return new DataSet(
            name, format, count, labels, values: new ValueScaling(least, greatest).Scaled(name, format, values));
    }

    /// <summary>
    /// A data set of images of 16 bits in memory, N × height × width × channels, which keep their precision: they are
    /// scaled to float32 in −1..1. They are at most 536,870,897 values.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="values">The images, one after the other; how many follows from their size. 0 is black.</param>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    /// <param name="greatest">The value of white, at least 1: 65,535, or 4,095 of 12 bits.</param>
    /// <param name="labels">The class of each image; empty if there are none.</param>
    /// <exception cref="ArgumentException">A size is less than 1, the sizes do not fit together, the range is none, or
    /// there is not a class for each image.</exception>
    /// <exception cref="InvalidInputException">A value is greater than <paramref name="greatest"/>, or there are too
    /// many.</exception>
    public static DataSet FromImages(
        string name, ReadOnlyMemory<ushort> values, int height, int width, int channels,
        ushort greatest = ushort.MaxValue, ReadOnlyMemory<byte> labels = default)
    {
        (SampleFormat format, int count) = ImagesIn(name, values.Length, height, width, channels);
        CheckLabels(count, labels);
        return new DataSet(
            name, format, count, labels, values: new ValueScaling(0, greatest).Scaled(name, format, values.Span));
    }

    /// <summary>
    /// A data set of vectors in memory; they are not copied. Training and generators take them as vectors 1 × length ×
    /// 1, and as they are: most presets end with tanh and make numbers in −1..1 only, so scale the data to that range
    /// (a trainer warns the device's logger where that was not done). They are at most 2 GiB, 536,870,897 numbers; see
    /// <see cref="FromCallback"/> for more.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="values">count × length numbers.</param>
    /// <param name="count">Vectors, at least 1.</param>
    /// <param name="length">Numbers of a vector, at least 1.</param>
    /// <param name="labels">The class of each vector; empty if there are none.</param>
    /// <exception cref="ArgumentException">A size is less than 1, the sizes do not fit together, or there is not a
    /// class for each sample.</exception>
    /// <exception cref="InvalidInputException">A value is no finite number, or there are more than 2 GiB of
    /// them.</exception>
    public static DataSet FromValues(
        string name, ReadOnlyMemory<float> values, int count, int length, ReadOnlyMemory<byte> labels = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (values.Length != (long)count * length)
            throw new ArgumentException(
                $"{count} vectors of {length} are {(long)count * length} values, not {values.Length}.", nameof(values));
        CheckLabels(count, labels);
        CheckRoom(name, values.Length, length, $"vectors of {length}");
        ReadOnlySpan<float> all = values.Span;
        for (int i = 0; i < all.Length; i++)
        {
            if (!float.IsFinite(all[i]))
                throw new InvalidInputException(
                    string.Create(CultureInfo.InvariantCulture,
                        $"'{name}' can't be trained on: value {i % length} of vector {i / length} is {all[i]}, no " +
                        $"finite number."));
        }

        return new DataSet(name, SampleFormat.OfPoints(length), count, labels, values: values);
    }

    /// <summary>A data set of samples that a sequence has, one by one or in batches; they are copied.</summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="format">What the samples are. Their values are kept as float32, also if it says bytes.</param>
    /// <param name="samples">Whole samples, at least one in all, as networks take them: values in −1..1 if the encoding
    /// is bounded, as images' are; else any finite numbers. An item is done with when the next is asked for.</param>
    /// <param name="labels">The class of each sample; empty if there are none.</param>
    /// <exception cref="ArgumentException">An item is no whole number of samples, there are none, or there is not a
    /// class for each.</exception>
    /// <exception cref="InvalidInputException">A value is out of its range, there are more than 2 GiB of them, or
    /// samples can't have the format.</exception>
    public static DataSet FromSamples(
        string name, SampleFormat format, IEnumerable<ReadOnlyMemory<float>> samples,
        ReadOnlyMemory<byte> labels = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        CollectedSamples collected = new(name, format);
        foreach (ReadOnlyMemory<float> some in samples)
            collected.Add(some.Span);
        return OfCollected(collected, labels);
    }

    /// <summary>As <see cref="FromSamples"/>, of samples that arrive with time.</summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="format">What the samples are. Their values are kept as float32, also if it says bytes.</param>
    /// <param name="samples">As for <see cref="FromSamples"/>.</param>
    /// <param name="labels">The class of each sample; empty if there are none.</param>
    /// <param name="cancellationToken">Ends it; the sequence is given it.</param>
    /// <inheritdoc cref="FromSamples" path="/exception"/>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<DataSet> FromSamplesAsync(
        string name, SampleFormat format, IAsyncEnumerable<ReadOnlyMemory<float>> samples,
        ReadOnlyMemory<byte> labels = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        CollectedSamples collected = new(name, format);
        await foreach (
            ReadOnlyMemory<float> some in samples.WithCancellation(cancellationToken).ConfigureAwait(false))
            collected.Add(some.Span);
        return OfCollected(collected, labels);
    }

    /// <summary>
    /// A data set of any size that is never in memory as a whole: a callback reads samples as training needs them, some
    /// steps ahead, while earlier steps run.
    /// </summary>
    /// <remarks>
    /// A sample must have the same values whenever it is read: then training has the bits that it has if they are in
    /// memory, also after it was resumed. Training reads each once an epoch, in an order of its own; measures, health
    /// and runs read some besides.
    /// <para>
    /// The callback is called on threads of the library's, and on those that ask for samples, by one at a time. It must
    /// not use the device that is trained on, which waits for it, and so does whoever disposes the trainer. If it
    /// throws, the training ends with that exception at the last step that had its samples; the trainer stays usable,
    /// and asks again when it goes on.
    /// </para>
    /// </remarks>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="format">What the samples are. Their values are float32, also if it says bytes.</param>
    /// <param name="count">Samples, at least 1.</param>
    /// <param name="read">Writes the sample of a number, 0 to <paramref name="count"/> − 1, as networks take it: values
    /// in −1..1 if the encoding is bounded, as images' are; else any finite numbers. Values that it does not write are
    /// 0. A value out of its range ends the training with <see cref="InvalidInputException"/>.</param>
    /// <param name="labels">The class of each sample; empty if there are none.</param>
    /// <exception cref="ArgumentException">There are no samples, or not a class for each.</exception>
    /// <exception cref="InvalidInputException">Samples can't have the format.</exception>
    public static DataSet FromCallback(
        string name, SampleFormat format, int count, Action<int, Span<float>> read,
        ReadOnlyMemory<byte> labels = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        format.Validate();
        CheckLabels(count, labels);
        return new DataSet(
            name, format.OfFloats(), count, labels,
            callback: new SampleCallback(name, format.Encoding.IsBounded, read));
    }

    /// <exception cref="InvalidInputException">They are more than 2 GiB.</exception>
    internal static void CheckRoom(string name, long values, int length, string what)
    {
        if (values * sizeof(float) > Array.MaxLength)
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"'{name}' has {values:N0} numbers, which are {values * sizeof(float):N0} bytes; a data set has at " +
                $"most {Array.MaxLength:N0}, so give at most {Array.MaxLength / sizeof(float) / length:N0} {what}."));
    }

    private static DataSet OfCollected(CollectedSamples samples, ReadOnlyMemory<byte> labels)
    {
        (ReadOnlyMemory<float> values, int count) = samples.Taken();
        CheckLabels(count, labels);
        return new DataSet(samples.Name, samples.Format, count, labels, values: values);
    }

    private static (SampleFormat Format, int Count) ImagesIn(
        string name, int values, int height, int width, int channels)
    {
        foreach (int size in new[] { height, width, channels })
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        long length = (long)height * width * channels;
        if (values == 0 || values % length != 0)
            throw new ArgumentException(
                $"{values} values are no whole number of images of {height}x{width}x{channels}, which have {length} " +
                "each.", nameof(values));
        CheckRoom(name, values, (int)length, $"images of {height}x{width}x{channels}");
        return (SampleFormat.OfImages(height, width, channels).OfFloats(), (int)(values / length));
    }

    private static void CheckLabels(int count, ReadOnlyMemory<byte> labels)
    {
        if (!labels.IsEmpty && labels.Length != count)
            throw new ArgumentException($"{count} samples need {count} labels, not {labels.Length}.", nameof(labels));
    }
}
