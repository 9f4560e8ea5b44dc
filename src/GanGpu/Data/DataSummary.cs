namespace GanGpu.Data;

/// <summary>What a data set holds, in figures.</summary>
internal sealed record DataSummary
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Samples.</summary>
    public required int Count { get; init; }

    /// <summary>What the samples are.</summary>
    public required SampleFormat Format { get; init; }

    /// <summary>Bytes in memory.</summary>
    public required long Bytes { get; init; }

    /// <summary>Files that were damaged and left out.</summary>
    public required int Skipped { get; init; }

    /// <summary>
    /// The smallest value, the greatest, their mean and standard deviation, as they are stored: by number of flat
    /// samples, by channel of others; empty if a callback reads the samples.
    /// </summary>
    public required IReadOnlyList<ValueSummary> Values { get; init; }

    /// <summary>The classes; empty where there are none.</summary>
    public required IReadOnlyList<ClassSummary> Classes { get; init; }

    /// <summary>What the samples were made from, see <see cref="DataSet.Origin"/>.</summary>
    public object? Source { get; init; }

    /// <summary>Sentences on what was taken for what when the data was opened.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Why there are no classes; null where there is nothing to say of it.</summary>
    public string? WhyNoClasses { get; init; }

    /// <summary>
    /// Samples from another place that are not trained on, such as MNIST's test images; null where there are none.
    /// </summary>
    public int? HeldOut { get; init; }

    /// <summary>Looks through all samples.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="heldOut">Samples that are not trained on; null if there are none.</param>
    public static DataSummary Of(DataSet data, DataSet? heldOut = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        int columns = data.Format.IsFlat ? data.Format.Width : data.Format.Channels;
        return new DataSummary
        {
            Name = data.Name,
            Count = data.Count,
            Format = data.Format,
            Bytes = data.IsInMemory ? data.Bytes.Length : 0,
            Skipped = data.Damaged.Count,
            Values = !data.IsInMemory ? []
                : data.Format.Encoding is FloatsEncoding ? OfNumbers(data.Values.Span, columns)
                : OfBytes(data.Pixels.Span, columns),
            Classes = [
                .. Enumerable.Range(0, data.Classes)
                .Select(number =>
                    new ClassSummary(number, data.ClassNames?[number], Occurrences(data.Labels.Span, (byte)number)))],
            Source = data.Origin,
            Remarks = data.Remarks,
            WhyNoClasses = data.WhyNoClasses,
            HeldOut = heldOut?.Count,
        };
    }

    private static ValueSummary[] OfBytes(ReadOnlySpan<byte> values, int columns)
    {
        // Counting first makes the sums exact, whatever their length.
        long[] counts = new long[columns * 256];
        for (int i = 0, column = 0; i < values.Length; i++)
        {
            counts[(column * 256) + values[i]]++;
            column = column + 1 == columns ? 0 : column + 1;
        }

        long each = values.Length / columns;
        return [.. Enumerable.Range(0, columns).Select(column =>
        {
            long[] own = counts[(column * 256)..((column + 1) * 256)];
            double mean = own.Select((count, value) => (double)count * value).Sum() / each;
            double variance = own.Select((count, value) => count * (value - mean) * (value - mean)).Sum() / each;
            return new ValueSummary(
                Array.FindIndex(own, count => count > 0), Array.FindLastIndex(own, count => count > 0), mean,
                Math.Sqrt(variance));
        })];
    }

    private static ValueSummary[] OfNumbers(ReadOnlySpan<float> values, int columns)
    {
        ValueSummary[] summaries = new ValueSummary[columns];
        int rows = values.Length / columns;
        for (int column = 0; column < columns; column++)
        {
            double least = double.PositiveInfinity, most = double.NegativeInfinity, sum = 0, squares = 0;
            for (int row = 0; row < rows; row++)
            {
                double value = values[(row * columns) + column];
                least = Math.Min(least, value);
                most = Math.Max(most, value);
                sum += value;
            }

            double mean = sum / rows;
            for (int row = 0; row < rows; row++)
                squares += (values[(row * columns) + column] - mean) * (values[(row * columns) + column] - mean);
            summaries[column] = new ValueSummary(least, most, mean, Math.Sqrt(squares / rows));
        }

        return summaries;
    }

    private static int Occurrences(ReadOnlySpan<byte> labels, byte label) => labels.Count(label);
}
