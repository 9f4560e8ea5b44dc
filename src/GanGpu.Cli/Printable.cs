using System.Buffers;
using System.Globalization;
using System.Text;

namespace GanGpu.Cli;

/// <summary>
/// Text without what a terminal would take for a command, or that would make it show other letters than there are:
/// control characters, C1 controls among them, and marks of the direction of writing. Such a character becomes its
/// escape, as JSON writes it, so that also a line of JSON means what it meant.
/// </summary>
internal static class Printable
{
    private static readonly SearchValues<char> Hidden = SearchValues.Create(
    [
        .. Enumerable.Range(char.MinValue, char.MaxValue + 1).Select(code => (char)code)
            .Where(letter => (char.IsControl(letter) && letter is not ('\n' or '\t')) || letter is '\u061C' or '\u200E'
                or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069')),
    ]);

    /// <summary>The text as it may be shown; line feeds stay, and carriage returns before them.</summary>
    public static string Text(string text) => text.AsSpan().ContainsAny(Hidden) ? Text(text.AsSpan()) : text;

    /// <inheritdoc cref="Text(string)"/>
    public static string Text(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(Hidden))
            return text.ToString();
        StringBuilder shown = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (!Hidden.Contains(text[i]) || (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
                shown.Append(text[i]);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
        }

        return shown.ToString();
    }
}
