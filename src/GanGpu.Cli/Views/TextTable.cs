using System.Globalization;
using Spectre.Console;

namespace GanGpu.Cli.Views;

/// <summary>Figures in rows and columns: a table on a terminal, plain lines elsewhere.</summary>
internal static class TextTable
{
    /// <param name="texts">So many columns, the first ones, hold words; the others hold figures.</param>
    /// <param name="header">The columns' titles.</param>
    /// <param name="rows">Rows of a cell for each column, or of a first cell and a remark.</param>
    public static void Write(int texts, string[] header, IReadOnlyList<string[]> rows)
    {
        if (Terminal.IsLive)
            WriteTable(texts, header, rows);
        else
            WriteLines(texts, header, rows);
    }

    public static string Percent(double? share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0}%");

    /// <summary>Three digits that count, or all before the point.</summary>
    public static string Number(double value) =>
        value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : value >= 1 ? "F2"
            : "F3", CultureInfo.InvariantCulture);

    private static void WriteTable(int texts, string[] header, IReadOnlyList<string[]> rows)
    {
        Table table = new Table().RoundedBorder();
        for (int i = 0; i < header.Length; i++)
        {
            TableColumn column = new TableColumn(Markup.Escape(header[i])).NoWrap();
            table.AddColumn(i < texts ? column : column.RightAligned());
        }

        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    private static void WriteLines(int texts, string[] header, IReadOnlyList<string[]> rows)
    {
        // A remark needs no column.
        int[] widths = [
            .. header.Select(
                (title, i) => rows.Where(row => i == 0 || row.Length == header.Length).Select(row => row[i].Length)
                .Append(title.Length).Max())];
        foreach (string[] row in rows.Prepend(header))
        {
            string line = row.Length == header.Length
                ? string.Join(
                    "  ", row.Select((cell, i) => i < texts ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))
                : $"{row[0].PadRight(widths[0])}  {row[1]}";
            Console.WriteLine($"  {line}");
        }
    }
}
