using System.Globalization;
using System.Text;

namespace GanGpu.Data;

/// <summary>Text from outside, such as names of files, as a terminal may show it.</summary>
internal static class PrintableText
{
    /// <summary>
    /// Writes characters that a terminal would obey, or that turn the direction of text around, as \x1b or \u202e. Line
    /// ends are among them: a message is one line.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.Any(Commands) && !HasLoneSurrogate(text))
            return text;
        StringBuilder shown = new(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (pair)
                shown.Append(text[i++]).Append(text[i]);
            else if (Commands(text[i]) || char.IsSurrogate(text[i]))
                shown.Append(Escaped(text[i]));
            else
                shown.Append(text[i]);
        }

        return shown.ToString();
    }

    private static string Escaped(char character) => character <= 0xFF
        ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}")
        : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");

    private static bool Commands(char character) =>
        char.IsControl(character)
            || character is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool HasLoneSurrogate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
