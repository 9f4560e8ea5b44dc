using System.Globalization;

namespace GanGpu.Images;

/// <summary>The order in which a person counts: numbers in names by their value, so that class2 comes before
/// class10.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Comparer { get; } = new();

    /// <summary>Sorts names. Where all of them are numbers, signs and decimals count as well.</summary>
    public static string[] Sorted(IEnumerable<string> names)
    {
        string[] all = [.. names.Order(StringComparer.Ordinal)];
        double[] values = new double[all.Length];
        for (int i = 0; i < all.Length; i++)
        {
            if (!double.TryParse(all[i], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out values[i]))
                return [.. all.Order(Comparer)];
        }

        // Stable, so that 1 and 01 stay in ordinal order.
        return [.. all.Select((name, i) => (name, value: values[i])).OrderBy(pair => pair.value).Select(
            pair => pair.name)];
    }

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int order;
            if (char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]))
            {
                ReadOnlySpan<char> first = Digits(ref a), second = Digits(ref b);
                // Without leading zeros the longer number is the greater one, however long it is.
                order = first.Length != second.Length ? first.Length - second.Length : first.SequenceCompareTo(second);
            }
            else
            {
                order = a[0] - b[0];
                a = a[1..];
                b = b[1..];
            }

            if (order != 0)
                return order;
        }

        return a.Length != b.Length ? a.Length - b.Length : string.CompareOrdinal(x, y);
    }

    private static ReadOnlySpan<char> Digits(ref ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        ReadOnlySpan<char> digits = text[..end].TrimStart('0');
        text = text[end..];
        return digits;
    }
}
