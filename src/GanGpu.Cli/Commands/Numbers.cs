using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace GanGpu.Cli.Commands;

/// <summary>
/// How all commands read numbers: digits, a point, an exponent, and nothing that means one thing in one country and
/// another elsewhere. What is refused is named with the option and its range, and where it is clear what was meant,
/// with how to write it.
/// </summary>
internal static class Numbers
{
    private const NumberStyles WholeStyle = NumberStyles.AllowLeadingSign, FractionStyle = NumberStyles.AllowLeadingSign
        | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Gives an option its range.</summary>
    /// <param name="option">An option of a whole number.</param>
    /// <param name="least">The least that it takes.</param>
    /// <param name="most">The greatest; null for what the type holds.</param>
    public static Option<T> Whole<T>(this Option<T> option, T least, T? most = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        option.CustomParser = result => Whole(result, option.Name, least, most) ?? default;
        return option;
    }

    /// <inheritdoc cref="Whole{T}(Option{T}, T, T?)"/>
    public static Option<T?> Whole<T>(this Option<T?> option, T least, T? most = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        option.CustomParser = result => Whole(result, option.Name, least, most);
        return option;
    }

    /// <summary>Gives an option its range.</summary>
    /// <param name="option">An option of a number with a decimal point.</param>
    /// <param name="range">What it takes.</param>
    public static Option<T> Fraction<T>(this Option<T> option, FractionRange range)
        where T : struct, IFloatingPointIeee754<T>
    {
        option.CustomParser = result => Fraction<T>(result, option.Name, range) ?? default;
        return option;
    }

    /// <inheritdoc cref="Fraction{T}(Option{T}, FractionRange)"/>
    public static Option<T?> Fraction<T>(this Option<T?> option, FractionRange range)
        where T : struct, IFloatingPointIeee754<T>
    {
        option.CustomParser = result => Fraction<T>(result, option.Name, range);
        return option;
    }

    /// <summary>Reads a number with a decimal point; null where it is none, or not finite.</summary>
    public static T? Fraction<T>(string text)
        where T : struct, IFloatingPointIeee754<T> =>
        T.TryParse(text, FractionStyle, CultureInfo.InvariantCulture, out T value) && T.IsFinite(value)
            && (value != T.Zero || IsZero(text)) ? value : null;

    /// <summary>Reads a whole number of at least 0, digits alone; null where it is none.</summary>
    public static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    /// <summary>"; write 0.0002" for a number that is written as in some countries; else nothing.</summary>
    public static string Advice(string text) =>
        Plain(text) is { } plain && plain != text && Fraction<double>(plain) is not null ? $"; write {plain}" : "";

    private static T? Whole<T>(ArgumentResult result, string name, T least, T? most)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (T.TryParse(text, WholeStyle, CultureInfo.InvariantCulture, out T value) && value >= least
            && (most is null || value <= most))
            return value;
        string range = most is { } end ? FormattableString.Invariant($" from {least} to {end}")
            : least == T.MinValue && least != T.Zero ? "" : FormattableString.Invariant($" from {least} on");
        result.AddError($"{name} must be a whole number{range}, not {Shown(text)}{WholeAdvice(text)}");
        return null;
    }

    private static T? Fraction<T>(ArgumentResult result, string name, FractionRange range)
        where T : struct, IFloatingPointIeee754<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Fraction<T>(text) is { } value && range.Contains(double.CreateSaturating(value)))
            return value;
        result.AddError($"{name} must be {range.Words}, not {Shown(text)}{Advice(text)}");
        return null;
    }

    /// <summary>Numbers too small for the type become 0, which is not what was asked for.</summary>
    private static bool IsZero(string text) =>
        text.TakeWhile(letter => letter is not ('e' or 'E')).All(letter => letter is not (>= '1' and <= '9'));

    private static string WholeAdvice(string text)
    {
        // 1,000 is a thousand to one reader and 1 to another.
        if (text.Count(letter => letter is ',' or '.') == 1 && text.Length > 4 && text[^4] is ',' or '.')
            return "; write its digits alone";
        return Plain(text) is { } plain
            && decimal.TryParse(plain, FractionStyle, CultureInfo.InvariantCulture, out decimal value)
            && decimal.IsInteger(value)
            && value.ToString("0", CultureInfo.InvariantCulture) is var whole && whole != text
                ? $"; write {whole}" : "";
    }

    /// <summary>Without what parts thousands, with a point before the fraction; null where that is not clear.</summary>
    private static string? Plain(string text)
    {
        string digits = string.Concat(
            text.Where(letter => !char.IsWhiteSpace(letter) && letter is not ('_' or '\'' or '’'))).Replace('−', '-');
        int commas = digits.Count(letter => letter == ','), points = digits.Count(letter => letter == '.');
        if (commas == 0 || (commas > 1 && points > 1))
            return points <= 1 ? digits : null;
        // What stands once, and last, is before the fraction.
        bool commaIsPoint = commas == 1 && digits.LastIndexOf(',') > digits.LastIndexOf('.');
        return commaIsPoint ? digits.Replace(".", "", StringComparison.Ordinal).Replace(',', '.') : points <= 1
            ? digits.Replace(",", "", StringComparison.Ordinal) : null;
    }

    private static string Shown(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.')
        && text.Any(char.IsAsciiDigit) ? text : $"'{text}'";
}
