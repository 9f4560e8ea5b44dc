using System.Globalization;

namespace GanGpu.Modalities.Images;

/// <summary>A colour as options name it.</summary>
internal readonly record struct ImageColour(byte Red, byte Green, byte Blue)
{
    /// <summary>What <see cref="Parse"/> takes, for messages.</summary>
    public const string Forms = "black, white, grey or #rrggbb such as #ff8000";

    /// <summary>Null where the text is no colour.</summary>
    public static ImageColour? Parse(string text)
    {
        switch (text.ToUpperInvariant())
        {
            case "BLACK":
                return new(0, 0, 0);
            case "WHITE":
                return new(255, 255, 255);
            case "GREY" or "GRAY":
                return new(128, 128, 128);
        }

        string digits = text.StartsWith('#') ? text[1..] : "";
        if (digits.Length == 3)
            digits = string.Concat(digits.Select(digit => new string(digit, 2)));
        return digits.Length == 6
            && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
            ? new((byte)(value >> 16), (byte)(value >> 8), (byte)value)
            : null;
    }
}
