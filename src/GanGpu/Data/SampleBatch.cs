using System.Diagnostics;
using GanGpu.Data;

namespace GanGpu;

/// <summary>Samples from a generator, or of a data set as networks take them.</summary>
/// <remarks>Safe for use from several threads, as long as nobody changes the array that it was made of.</remarks>
[DebuggerDisplay("{Count} samples of {Format}")]
public sealed class SampleBatch
{
    /// <summary>Wraps values; they are not copied.</summary>
    /// <param name="format">What they are.</param>
    /// <param name="count">Samples, at least 1.</param>
    /// <param name="values">count × format.Length values.</param>
    /// <exception cref="ArgumentException">There are no samples, or the sizes do not fit together.</exception>
    public SampleBatch(SampleFormat format, int count, float[] values)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (values.Length != (long)count * format.Length)
            throw new ArgumentException(
                $"{count} samples of {format} have {(long)count * format.Length} values, not {values.Length}.",
                nameof(values));
        Format = format;
        Count = count;
        Values = values;
    }

    /// <summary>What they are.</summary>
    public SampleFormat Format { get; }

    /// <summary>Samples.</summary>
    public int Count { get; }

    /// <summary>Count × format.Length values: in −1..1 if the encoding is bounded, else as the data has them.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The values of one sample, in the order of <see cref="SampleFormat.Axes"/>; nothing is copied.</summary>
    /// <param name="index">The sample, 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public ReadOnlySpan<float> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return Values.Span.Slice(index * Format.Length, Format.Length);
        }
    }

    /// <summary>
    /// Samples that belong side by side, such as one of each class; null where their order means nothing.
    /// </summary>
    public int? Columns { get; init; }

    /// <summary>The values as bytes: −1 and less become 0, 1 and more become 255; NaN becomes 0.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Values.Length];
        ReadOnlySpan<float> values = Values.Span;
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Clamp(MathF.Round((values[i] + 1f) * 127.5f), 0f, 255f);
        return bytes;
    }

    /// <summary>Writes an NPY file (format 1.0) of the shape N × H × W × C.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="asFloat">float32 in −1..1 instead of unsigned bytes.</param>
    /// <exception cref="ArgumentException">The path is empty or has a null character.</exception>
    /// <exception cref="InvalidInputException">The file can't be written.</exception>
    public void SaveNpy(string path, bool asFloat = false) =>
        Save(path, stream => NpyFile.Write(stream, this, asFloat));

    /// <summary>As <see cref="SaveNpy"/>, to a stream.</summary>
    /// <param name="stream">Receives the file from where it stands; stays open, and need not be seekable.</param>
    /// <param name="asFloat">float32 in −1..1 instead of unsigned bytes.</param>
    /// <exception cref="IOException">The stream can't be written; what it throws is passed on.</exception>
    public void WriteNpy(Stream stream, bool asFloat = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        NpyFile.Write(stream, this, asFloat);
    }

    /// <summary>Writes a file and the folders above it.</summary>
    /// <exception cref="InvalidInputException">It can't be written.</exception>
    internal static void Save(string path, Action<Stream> write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be written: {e.Message}", e);
        }
    }
}
