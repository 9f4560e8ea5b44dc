namespace GanGpu;

/// <summary>What somebody meant who wrote a name that is none.</summary>
internal static class Nearest
{
    private const int ShortestBeginning = 3, FewNames = 3;

    /// <summary>The name that is most like what was written; null where none is like it.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="names">Those that there are.</param>
    public static string? Of(string written, IEnumerable<string> names)
    {
        string[] all = [.. names];
        string word = Bare(written);
        if (word.Length == 0 || all.Length == 0)
            return null;
        string nearest = all.MinBy(name => Distance(Bare(name), word))!;
        // Of a short word one letter may differ, of a longer one each third.
        if (Distance(Bare(nearest), word) <= Math.Max(1, word.Length / 3))
            return nearest;
        return word.Length < ShortestBeginning ? null
            : all.Where(name => Bare(name).StartsWith(word, StringComparison.Ordinal)).MinBy(name => name.Length);
    }

    /// <summary>The few names that are most like what was written, the nearest first.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="names">Those that there are.</param>
    public static IReadOnlyList<string> Few(string written, IEnumerable<string> names) =>
        [.. names.OrderBy(name => Distance(Bare(name), Bare(written))).Take(FewNames)];

    /// <summary>"; the nearest is 'cat'", or nothing.</summary>
    public static string Remark(string written, IEnumerable<string> names) =>
        Of(written, names) is { } nearest ? $"; the nearest is '{nearest}'" : "";

    private static string Bare(string name) => name.TrimStart('-').Replace('_', '-').ToLowerInvariant();

    /// <summary>
    /// Letters to insert, leave out, change or swap with the next to come from one word to the other (optimal string
    /// alignment).
    /// </summary>
    private static int Distance(string a, string b)
    {
        int[][] rows = [.. Enumerable.Range(0, a.Length + 1).Select(i => Enumerable.Range(i, b.Length + 1).ToArray())];
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                rows[i][j] = Math.Min(
                    Math.Min(rows[i][j - 1], rows[i - 1][j]) + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i][j] = Math.Min(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }

        return rows[^1][^1];
    }
}
