using System.Globalization;

namespace GanGpu.Data;

/// <summary>A program's callback that reads samples, called by one thread at a time.</summary>
/// <param name="name">The data set, for messages.</param>
/// <param name="isBounded">Whether values are in −1..1.</param>
/// <param name="read">Writes a sample of a number.</param>
internal sealed class SampleCallback(string name, bool isBounded, Action<int, Span<float>> read)
{
    private readonly Lock turn = new();

    /// <summary>Reads a sample.</summary>
    /// <param name="index">Which.</param>
    /// <param name="values">Receives all of its values.</param>
    /// <exception cref="InvalidInputException">A value is out of its range. What the callback throws passes.</exception>
    public void Read(int index, Span<float> values)
    {
        lock (turn)
        {
            // Memory is used again and again: what the callback leaves out must not be of another sample.
            values.Clear();
            read(index, values);
        }

        if (ValueScaling.FirstOutside(values, isBounded) is var odd and >= 0)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"'{name}' can't be trained on: value {odd} of sample {index} is {values[odd]}, " +
                    $"{(isBounded ? "outside -1..1" : "no finite number")}."));
    }
}
