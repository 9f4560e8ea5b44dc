using System.Globalization;
using System.Text;
using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>
/// The classes of images from a text file: CSV with commas, semicolons or tabs, or columns with spaces between them as
/// CelebA's attributes have them. One column has the images' names, another their classes.
/// </summary>
internal sealed class LabelTable
{
    private const long MostBytes = 256L << 20;

    private static readonly string[] UsualColumns = ["label", "class", "category", "target", "y"];

    private static readonly char[] Separators = [',', ';', '\t'];

    private readonly string path;

    private readonly List<(int Line, string[] Fields)> rows;

    private readonly string[]? header;

    private readonly Dictionary<string, int> images;

    private LabelTable(string path, List<(int Line, string[] Fields)> rows, string[] names)
    {
        (this.path, this.rows) = (path, rows);
        images = Lookup(names);
        // CelebA's list_attr_celeba.txt: the number of rows, then the names of all columns but that of the files.
        if (rows is [(_, [var count]), (_, var titles), (_, var first), ..]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && first.Length == titles.Length + 1)
        {
            header = ["file", .. titles];
            rows.RemoveRange(0, 2);
        }
        else if (rows.Count > 0 && !rows[0].Fields.Any(IsImage))
        {
            header = rows[0].Fields;
            rows.RemoveAt(0);
        }
    }

    /// <summary>The class of each image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">The name or, from 1, the number of the column with the classes; null where that is
    /// plain.</param>
    /// <param name="location">Where the images lie, for messages.</param>
    /// <param name="names">Their names.</param>
    /// <param name="remarks">Receives what is to be said.</param>
    /// <exception cref="InvalidInputException">It can't be read, or does not fit the images.</exception>
    public static string[] Read(string path, string? column, string location, string[] names, List<string> remarks)
    {
        string text;
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            if (file.Length > MostBytes)
                throw new DataFormatException(path, FormattableString.Invariant(
                    $"has {file.Length} bytes, more than a file of labels may have ({MostBytes})."));
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            if (content.AsSpan().Contains((byte)0) && content is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
                throw new DataFormatException(path,
                    "is no text; labels are CSV with a column of names and one of classes.");
            text = TextOf(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }

        return new LabelTable(path, [.. Rows(path, text)], names).Classes(column, location, names, remarks);
    }

    private string[] Classes(string? column, string location, string[] names, List<string> remarks)
    {
        if (rows.Count == 0)
            throw new DataFormatException(path,
                "has no rows; labels are CSV with a column of names and one of classes.");
        int file = FileColumn(location), label = LabelColumn(column, file), elsewhere = 0;
        (string Class, int Line)?[] found = new (string, int)?[names.Length];
        foreach ((int line, string[] fields) in rows)
        {
            if (fields.Length <= Math.Max(file, label))
                throw new DataFormatException(path, string.Create(CultureInfo.InvariantCulture,
                    $"has in line {line} {fields.Length} of " +
                    $"{Math.Max(header?.Length ?? 0, Math.Max(file, label) + 1)} columns: " +
                    $"'{Shown(string.Join(", ", fields))}'."));
            if (!images.TryGetValue(Key(fields[file]), out int image) || image < 0)
            {
                if (image < 0)
                    throw new DataFormatException(path, string.Create(CultureInfo.InvariantCulture,
                        $"names in line {line} '{Shown(fields[file])}', which several images of '{location}' are " +
                        $"called; write their folders too."));
                elsewhere++;
                continue;
            }

            string value = fields[label].Trim();
            if (value.Length == 0)
                throw new DataFormatException(path,
                    FormattableString.Invariant($"has in line {line} no class for '{Shown(fields[file])}'."));
            if (found[image] is { } earlier && earlier.Class != value)
                throw new DataFormatException(path, string.Create(CultureInfo.InvariantCulture,
                    $"says in line {line} that '{Shown(fields[file])}' is '{Shown(value)}', but in line " +
                    $"{earlier.Line} '{Shown(earlier.Class)}'."));
            found[image] = (value, line);
        }

        int[] without = [.. Enumerable.Range(0, names.Length).Where(i => found[i] is null)];
        if (without.Length > 0)
            throw new DataFormatException(path, string.Create(CultureInfo.InvariantCulture,
                $"has no row for " +
                $"'{names[without[0]]}'{(without.Length > 1 ? $" and {without.Length - 1} more images" : "")} of " +
                $"'{location}'; add it, or move the images elsewhere."));
        if (elsewhere > 0)
            remarks.Add(string.Create(CultureInfo.InvariantCulture,
                $"{elsewhere} {(elsewhere == 1 ? "row" : "rows")} of {Path.GetFileName(path)} " +
                $"{(elsewhere == 1 ? "names a file that is" : "name files that are")} not among the images"));
        return [.. found.Select(one => one!.Value.Class)];
    }

    /// <summary>The column that has the images' names: the first that has one in any of the first rows.</summary>
    private int FileColumn(string location)
    {
        foreach ((_, string[] fields) in rows)
        {
            int column = Array.FindIndex(fields, IsImage);
            if (column >= 0)
                return column;
        }

        throw new DataFormatException(path, FormattableString.Invariant(
            $"names no image of '{location}'; line {rows[0].Line} begins with '{Shown(rows[0].Fields[0])}'."));
    }

    private int LabelColumn(string? asked, int file)
    {
        // A row may be longer than the first: the images' names are in a column that the header has none for.
        int columns = Math.Max(header?.Length ?? rows[0].Fields.Length, file + 1);
        if (asked is not null)
        {
            int named = header is null ? -1 : Array.FindIndex(header, title => title.Trim() == asked);
            if (named < 0 && header is not null)
                named = Array.FindIndex(header,
                    title => title.Trim().Equals(asked, StringComparison.OrdinalIgnoreCase));
            if (named < 0 && int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number >= 1 && number <= columns)
                named = number - 1;
            return named >= 0 ? named
                : throw new DataFormatException(path, $"has no column '{Shown(asked)}'; it has {Titles()}.");
        }

        if (columns == 2)
            return 1 - file;
        int usual = header is null ? -1
            : Array.FindIndex(header, title => UsualColumns.Contains(title.Trim(), StringComparer.OrdinalIgnoreCase));
        return usual >= 0 && usual != file ? usual : throw new DataFormatException(path, columns == 1
            ? "has one column; labels need one with the images' names and one with their classes."
            : FormattableString.Invariant($"has {columns} columns; say which of them has the classes: {Titles()}."));
    }

    private string Titles()
    {
        const int Most = 50;
        return header is null ? FormattableString.Invariant($"1 to {rows[0].Fields.Length}")
            : string.Join(", ", header.Take(Most).Select(Shown)) + (header.Length > Most ? ", …" : "");
    }

    private bool IsImage(string field) => images.ContainsKey(Key(field));

    /// <summary>Images by all that a table may call them: with their folders, without, and without the ending; −1 where
    /// several are called so.</summary>
    private static Dictionary<string, int> Lookup(string[] names)
    {
        Dictionary<string, int> lookup = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
            lookup[names[i]] = i;
        Func<string, string>[] forms = [name => name[(name.LastIndexOf('/') + 1)..],
            name => name[..name.LastIndexOf('.')], name => Path.GetFileNameWithoutExtension(name)];
        foreach (Func<string, string> form in forms)
        {
            Dictionary<string, int> shorter = new(StringComparer.Ordinal);
            for (int i = 0; i < names.Length; i++)
            {
                string name = form(names[i]);
                shorter[name] = shorter.TryGetValue(name, out int other) && other != i ? -1 : i;
            }

            foreach ((string name, int image) in shorter)
                lookup.TryAdd(name, image);
        }

        return lookup;
    }

    private static string Key(string field)
    {
        string key = field.Trim().Replace('\\', '/');
        return key.StartsWith("./", StringComparison.Ordinal) ? key[2..] : key;
    }

    private static string Shown(string text) => text.Length > 60 ? text[..60] + "…" : text;

    /// <summary>UTF-8 or UTF-16 by its mark, UTF-8 where it is valid, and else Windows' Western code page, which Excel
    /// writes.</summary>
    private static string TextOf(byte[] content)
    {
        if (content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return (content[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(content.AsSpan(2));
        ReadOnlySpan<byte> text = content is [0xEF, 0xBB, 0xBF, ..] ? content.AsSpan(3) : content;
        return CodePage.Decode(text, CodePage.WindowsWestern);
    }

    private static IEnumerable<(int Line, string[] Fields)> Rows(string path, string text)
    {
        int firstEnd = text.AsSpan().IndexOfAny('\r', '\n');
        string first = firstEnd < 0 ? text : text[..firstEnd];
        char separator = Separators.MaxBy(candidate => first.Count(c => c == candidate));
        if (!first.Contains(separator, StringComparison.Ordinal))
        {
            int number = 0;
            foreach (string row in text.Split('\n'))
            {
                number++;
                string[] words = row.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 0)
                    yield return (number, words);
            }

            yield break;
        }

        List<string> fields = [];
        StringBuilder field = new();
        int line = 1, begun = 1, at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c == '"' && field.Length == 0)
            {
                int opened = line;
                for (at++; ; at++)
                {
                    if (at >= text.Length)
                        throw new DataFormatException(path, FormattableString.Invariant(
                            $"has in line {opened} a quotation mark that is never closed."));
                    if (text[at] == '"' && (++at >= text.Length || text[at] != '"'))
                        break;
                    line += text[at] == '\n' ? 1 : 0;
                    field.Append(text[at]);
                }
            }
            else if (c == separator)
            {
                fields.Add(field.ToString());
                field.Clear();
                at++;
            }
            else if (c is '\r' or '\n')
            {
                at += c == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
                line++;
                if (Row() is { } row)
                    yield return (begun, row);
                begun = line;
            }
            else
            {
                field.Append(c);
                at++;
            }
        }

        if (Row() is { } last)
            yield return (begun, last);

        string[]? Row()
        {
            fields.Add(field.ToString());
            field.Clear();
            string[] row = [.. fields];
            fields.Clear();
            return row is [""] ? null : row;
        }
    }
}
