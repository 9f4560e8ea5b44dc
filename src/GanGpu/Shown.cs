using System.Globalization;
using System.Text;

namespace GanGpu;

/// <summary>
/// What others wrote, for a message: of bounded length, and without what a terminal would take for a command.
/// </summary>
internal static class Shown
{
    private const int LongestText = 100, LongestList = 300, LongestClause = 400;

    /// <summary>A name or a message.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Characters that are shown of it at most.</param>
    public static string Text(string text, int longest = LongestText) =>
        string.Concat(
            (text.Length <= longest ? text : text[..longest] + "…")
            .Select(letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>
    /// The first of several faults, as many as a sentence has room for, and how many there are besides: "a; b … and 3
    /// more".
    /// </summary>
    public static string List(IReadOnlyList<string> faults)
    {
        StringBuilder list = new();
        for (int i = 0; i < faults.Count; i++)
        {
            string fault = Text(faults[i], LongestList / 2);
            if (i > 0 && list.Length + fault.Length > LongestList)
                return list.Append(CultureInfo.InvariantCulture, $" … and {faults.Count - i:N0} more").ToString();
            list.Append(i == 0 ? "" : "; ").Append(fault);
        }

        return list.ToString();
    }

    /// <summary>A sentence as it stands behind a colon: its first letter small, without a full stop.</summary>
    public static string Clause(string sentence)
    {
        string clause = Text(sentence, LongestClause).TrimEnd('.');
        return clause.Length > 1 && char.IsLower(clause[1]) ? char.ToLowerInvariant(clause[0]) + clause[1..] : clause;
    }
}
