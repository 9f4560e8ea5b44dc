using System.Globalization;

namespace GanGpu.Data;

/// <summary>Scales values of a range to −1..1: of bytes, with the bits that bytes have.</summary>
internal readonly struct ValueScaling
{
    private readonly float least, greatest, middle, factor;

    /// <param name="least">What becomes −1.</param>
    /// <param name="greatest">What becomes 1.</param>
    /// <exception cref="ArgumentException">They are no range.</exception>
    public ValueScaling(float least, float greatest)
    {
        (this.least, this.greatest) = (least, greatest);
        middle = (float)(((double)least + greatest) / 2);
        factor = 1f / (float)(((double)greatest - least) / 2);
        if (!(least < greatest) || !float.IsNormal(factor))
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"Images can't have the range {least}..{greatest}; give the value of black and a greater one of " +
                    $"white, such as 0 and 1."),
                nameof(greatest));
    }

    /// <summary>The values in −1..1: the same memory, if they are that already.</summary>
    /// <exception cref="InvalidInputException">A value is out of the range.</exception>
    public ReadOnlyMemory<float> Scaled(string name, SampleFormat format, ReadOnlyMemory<float> values)
    {
        bool isScaled = least == -1f && greatest == 1f;
        ReadOnlySpan<float> from = values.Span;
        float[] to = isScaled ? [] : new float[from.Length];
        for (int i = 0; i < from.Length; i++)
        {
            // Not the other way round: NaN is outside as well.
            if (!(from[i] >= least && from[i] <= greatest))
                throw Outside(name, format, i, from[i]);
            if (!isScaled)
                to[i] = Scale(from[i]);
        }

        return isScaled ? values : to;
    }

    /// <summary>As the other, of 16 bits.</summary>
    /// <exception cref="InvalidInputException">A value is out of the range.</exception>
    public float[] Scaled(string name, SampleFormat format, ReadOnlySpan<ushort> values)
    {
        float[] to = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
            to[i] = values[i] <= greatest ? Scale(values[i]) : throw Outside(name, format, i, values[i]);
        return to;
    }

    /// <summary>The first value that networks can't take; −1 if there is none.</summary>
    /// <param name="values">Values.</param>
    /// <param name="isBounded">Whether they must be in −1..1, rather than finite.</param>
    public static int FirstOutside(ReadOnlySpan<float> values, bool isBounded)
    {
        float most = isBounded ? 1f : float.MaxValue;
        for (int i = 0; i < values.Length; i++)
        {
            if (!(MathF.Abs(values[i]) <= most))
                return i;
        }

        return -1;
    }

    private float Scale(float value) => Math.Clamp((value - middle) * factor, -1f, 1f);

    private InvalidInputException Outside(string name, SampleFormat format, int index, float value)
    {
        int inImage = index % format.Length, pixel = inImage / format.Channels;
        return new(string.Create(CultureInfo.InvariantCulture,
            $"'{name}' can't be trained on: value {index} (image {index / format.Length}, row " +
            $"{pixel / format.Width}, column {pixel % format.Width}, channel {inImage % format.Channels}) is {value}, ")
            + string.Create(CultureInfo.InvariantCulture, $"outside {least}..{greatest}."));
    }
}
