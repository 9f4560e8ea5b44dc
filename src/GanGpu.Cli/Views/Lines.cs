using System.Globalization;
using System.Runtime.CompilerServices;

namespace GanGpu.Cli.Views;

/// <summary>Lines of text on the standard output, with numbers as the invariant culture writes them.</summary>
internal static class Lines
{
    public static void Line(InvariantLine line) => Console.WriteLine(line.ToStringAndClear());
}

/// <summary>An interpolated string in the invariant culture.</summary>
[InterpolatedStringHandler]
internal ref struct InvariantLine(int literalLength, int formattedCount)
{
    private DefaultInterpolatedStringHandler text = new(literalLength, formattedCount, CultureInfo.InvariantCulture);

    public void AppendLiteral(string value) => text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

    public void AppendFormatted<T>(T value, int alignment) => text.AppendFormatted(value, alignment);

    public void AppendFormatted<T>(T value, int alignment, string? format) =>
        text.AppendFormatted(value, alignment, format);

    public string ToStringAndClear() => text.ToStringAndClear();
}
