using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace GanGpu.Cli.Commands;

/// <summary>
/// A class as the user names it. A name comes before a number: where classes are called 0, 1, 2 and 10 the class 10 is
/// the one called so, and there is none called 3; where a name is no number, classes can be named by their numbers as
/// well.
/// </summary>
internal static class ClassChoice
{
    private const int MostListed = 20;

    /// <summary>An option --class.</summary>
    /// <param name="whenNone">What is drawn where none is asked for.</param>
    public static Option<string?> Option(string whenNone) => new("--class")
    {
        Description =
            "The class of all samples, of a generator that knows classes: its name, as gangpu info lists them, or " +
            $"its number. [default: {whenNone}]",
        HelpName = "NAME|N",
    };

    /// <summary>The class that was asked for.</summary>
    /// <param name="asked">What was given; null for nothing.</param>
    /// <param name="run">Where the names are.</param>
    /// <param name="generator">What draws.</param>
    /// <returns>Its number; null where nothing was asked for.</returns>
    /// <exception cref="InvalidInputException">There is no such class.</exception>
    public static int? Of(string? asked, TrainedRun run, Generator generator)
    {
        if (asked is null)
            return null;
        return generator.Classes == 0
            ? throw new InvalidInputException(
                $"This generator knows no classes, so it can't draw samples of the class '{asked}'; train one with a " +
                "conditional preset.")
            : Of(asked, run.ReadClassNames() ?? [], generator.Classes);
    }

    /// <inheritdoc cref="Of(string?, TrainedRun, Generator)"/>
    internal static int Of(string asked, IReadOnlyList<string> names, int classes)
    {
        names = [.. names.Take(classes)];
        BigInteger? number = Number(asked);
        foreach (Func<string, bool> isMeant in new Func<string, bool>[]
        {
            name => name == asked,
            name => name.Equals(asked, StringComparison.OrdinalIgnoreCase),
            name => number is not null && Number(name) == number,
        })
        {
            int[] meant = [.. Enumerable.Range(0, names.Count).Where(label => isMeant(names[label]))];
            if (meant.Length == 1)
                return meant[0];
        }

        // Where every name is a number, a number is a name.
        bool byNumber = names.Count == 0 || !names.All(name => Number(name) is not null);
        if (byNumber && number is { } label && label >= 0 && label < classes)
            return (int)label;
        if (names.Count == 0)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"This generator draws samples of the classes 0 to {classes - 1}, not of '{asked}'; their names " +
                    $"are not known."));
        throw new InvalidInputException(
            $"This generator draws samples of no class '{asked}'{Nearest.Remark(asked, names)}; the classes: " +
            $"{List(names)}.");
    }

    /// <summary>Names with their numbers, the first ones.</summary>
    public static string List(IReadOnlyList<string> names) =>
        string.Join(
            ", ", names.Take(MostListed).Select((name, label) => FormattableString.Invariant($"{label} {name}")))
            + (names.Count > MostListed ? FormattableString.Invariant($" and {names.Count - MostListed} more") : "");

    private static BigInteger? Number(string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number)
        ? number : null;
}
