using System.Globalization;

namespace GanGpu.Data;

/// <summary>Samples that arrive in pieces, brought together in memory.</summary>
internal sealed class CollectedSamples
{
    private readonly bool isBounded;
    private float[] values = [];
    private int length;

    /// <param name="name">The data set, for messages.</param>
    /// <param name="format">What the samples are.</param>
    /// <exception cref="InvalidInputException">Samples can't have the format.</exception>
    public CollectedSamples(string name, SampleFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        format.Validate();
        Name = name;
        Format = format.OfFloats();
        isBounded = format.Encoding.IsBounded;
    }

    public string Name { get; }

    /// <summary>What they are; values are float32.</summary>
    public SampleFormat Format { get; }

    /// <summary>Takes some samples.</summary>
    /// <exception cref="ArgumentException">They are no whole number of samples.</exception>
    /// <exception cref="InvalidInputException">A value is out of its range, or they become more than 2 GiB.</exception>
    public void Add(ReadOnlySpan<float> samples)
    {
        if (samples.Length % Format.Length != 0)
            throw new ArgumentException(
                $"{samples.Length} values are no whole number of samples of {Format}, which have {Format.Length} " +
                "each.", nameof(samples));
        DataSet.CheckRoom(Name, (long)length + samples.Length, Format.Length, $"samples of {Format}");
        if (ValueScaling.FirstOutside(samples, isBounded) is var odd and >= 0)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"'{Name}' can't be trained on: value {odd % Format.Length} of sample " +
                    $"{(length + odd) / Format.Length} is {samples[odd]}, " +
                    $"{(isBounded ? "outside -1..1" : "no finite number")}."));
        if (values.Length - length < samples.Length)
            Array.Resize(
                ref values, (int)Math.Min(Math.Max(length + (long)samples.Length, 2L * values.Length), Array.MaxLength));
        samples.CopyTo(values.AsSpan(length));
        length += samples.Length;
    }

    /// <summary>All samples, and how many they are.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public (ReadOnlyMemory<float> Values, int Count) Taken() => length == 0
        ? throw new ArgumentException($"'{Name}' has no samples.")
        : (values.AsMemory(0, length), length / Format.Length);
}
