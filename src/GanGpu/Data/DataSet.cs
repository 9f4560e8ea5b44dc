using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GanGpu.Data;

namespace GanGpu;

/// <summary>
/// Images of one size, as bytes or numbers, which training takes in −1..1; or vectors of numbers, which it takes as they
/// are. The samples lie in memory, or a callback reads each as training needs it.
/// </summary>
/// <remarks>
/// Safe for use from several threads, as long as nobody changes the memory that it was made of.
/// </remarks>
public sealed partial class DataSet
{
    /// <summary>Samples that tell a data set from others, if a callback reads them.</summary>
    private const int MostSummed = 256;

    private readonly SampleCallback? callback;

    /// <summary>Wraps values; they are not copied.</summary>
    internal DataSet(
        string name, SampleFormat format, int count, ReadOnlyMemory<byte> labels, ReadOnlyMemory<byte> pixels = default,
        ReadOnlyMemory<float> values = default, SampleCallback? callback = null)
    {
        Name = name;
        Format = format;
        Count = count;
        Labels = labels;
        Pixels = pixels;
        Values = values;
        this.callback = callback;
        foreach (byte label in labels.Span)
            Classes = Math.Max(Classes, label + 1);
    }

    /// <summary>What it is, for messages.</summary>
    public string Name { get; }

    /// <summary>Samples, at least 1.</summary>
    public int Count { get; }

    /// <summary>What the samples are.</summary>
    public SampleFormat Format { get; }

    /// <summary>Values of a sample.</summary>
    public int SampleSize => Format.Length;

    /// <summary>Count × sample size bytes, if values are bytes in memory; else empty.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>Count × sample size numbers, if values are float32 in memory; else empty.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The class of each sample; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>Classes of samples, numbered from 0: the greatest label and 1; 0 where there are no labels.</summary>
    public int Classes { get; }

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

    /// <summary>Whether the samples lie in memory; else a callback reads them.</summary>
    internal bool IsInMemory => callback is null;

    /// <summary>The samples as they lie in memory, here and on a device.</summary>
    /// <exception cref="InvalidOperationException">A callback reads them.</exception>
    internal ReadOnlySpan<byte> Bytes => !IsInMemory
        ? throw new InvalidOperationException($"The samples of '{Name}' are not in memory.")
        : Format.Encoding is FloatsEncoding ? MemoryMarshal.AsBytes(Values.Span) : Pixels.Span;

    /// <summary>Copies samples as networks take them: pixels scaled to −1..1, numbers as they are.</summary>
    /// <param name="first">The first sample.</param>
    /// <param name="values">Receives whole samples from there on.</param>
    internal void CopyScaled(int first, Span<float> values)
    {
        if (callback is not null)
        {
            for (int i = 0; i < values.Length / SampleSize; i++)
                callback.Read(first + i, values.Slice(i * SampleSize, SampleSize));
            return;
        }

        int begin = first * SampleSize;
        if (Format.Encoding is FloatsEncoding)
        {
            Values.Span.Slice(begin, values.Length).CopyTo(values);
            return;
        }

        ReadOnlySpan<byte> pixels = Pixels.Span.Slice(begin, values.Length);
        for (int i = 0; i < values.Length; i++)
            values[i] = (pixels[i] - 127.5f) * (1f / 127.5f);
    }

    /// <summary>Copies a sample as it lies on a device.</summary>
    /// <param name="index">The sample.</param>
    /// <param name="stored">Receives <see cref="SampleBytes"/> bytes.</param>
    internal void CopyStored(int index, Span<byte> stored)
    {
        if (callback is null)
            Bytes.Slice(index * SampleBytes, SampleBytes).CopyTo(stored);
        else
            callback.Read(index, MemoryMarshal.Cast<byte, float>(stored));
    }

    /// <summary>
    /// Has samples summed: all that are in memory, and of those that a callback reads some, evenly spread, since the
    /// rest may be more than anyone would wait for.
    /// </summary>
    internal void AppendSamples(IncrementalHash hash)
    {
        if (IsInMemory)
        {
            hash.AppendData(Bytes);
            return;
        }

        byte[] sample = new byte[SampleBytes];
        int summed = Math.Min(Count, MostSummed);
        for (int i = 0; i < summed; i++)
        {
            CopyStored((int)((long)i * Count / summed), sample);
            hash.AppendData(sample);
        }
    }

    /// <summary>Samples as networks take them and generators make them.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    /// <exception cref="InvalidInputException">They are more than an array holds, or a callback gives a value out of
    /// its range.</exception>
    public SampleBatch Samples(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        if ((long)count * SampleSize > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count:N0} samples of {SampleSize:N0} values are more than an array holds; take at most " +
                    $"{Array.MaxLength / SampleSize:N0} at once."));
        float[] values = new float[count * SampleSize];
        CopyScaled(first, values);
        return new SampleBatch(Format, count, values);
    }

    /// <summary>Samples as they lie in memory, see <see cref="Bytes"/>.</summary>
    internal static DataSet OfBytes(
        string name, SampleFormat format, byte[] bytes, int count, ReadOnlyMemory<byte> labels,
        object? origin = null) =>
        format.Encoding is FloatsEncoding
            ? new(name, format, count, labels, values: MemoryMarshal.Cast<byte, float>(bytes).ToArray())
            {
                Origin = origin,
            }
            : new(name, format, count, labels, bytes) { Origin = origin };

    /// <summary>Samples of a format that are nothing, for what only has to be run once.</summary>
    internal static DataSet Blank(SampleFormat format, int count, byte[] labels) =>
        OfBytes("nothing", format, new byte[count * format.Length * format.Encoding.BytesPerValue], count, labels);
}
