using System.CommandLine;
using System.Text.Json;
using System.Text.Unicode;

namespace GanGpu.Cli.Commands;

/// <summary>
/// A JSON file that stands for options of the command line: {"preset": "dcgan", "batch-size": 32, "flip": true}. Keys are the options'
/// names without dashes in front, and with dashes or underscores within; what the command line itself says goes before.
/// </summary>
internal static class ConfigFile
{
    public const string OptionName = "--config";

    private const long MostBytes = 1 << 20;

    private static readonly JsonDocumentOptions Json = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    /// <summary>Of these the command line's one takes the place of any that the file has.</summary>
    private static readonly string[][] Alternatives = [["--epochs", "--steps"], ["--seed", "--seeds"]];

    /// <summary>The arguments with those that a file adds, where one is named.</summary>
    /// <exception cref="InvalidInputException">The file is missing, no JSON object, or has a key that is no option.</exception>
    public static string[] Expand(string[] args, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Options.FirstOrDefault(option => option.Name == OptionName) is not Option<string?> config || parsed.GetValue(config) is not { } path)
            return args;
        HashSet<Option> given = [.. command.Options.Where(option => TrainArguments.IsGiven(parsed.CommandResult, option))];
        using JsonDocument file = Read(path);
        List<string> more = [];
        foreach (JsonProperty property in file.RootElement.EnumerateObject())
        {
            Option option = Named(property.Name, command, path);
            bool replaced = given.Contains(option) || Alternatives.Any(group => group.Contains(option.Name) && given.Any(other => group.Contains(other.Name)));
            if (property.Value.ValueKind != JsonValueKind.Null && !replaced)
                more.Add($"{option.Name}={Text(property, path)}");
        }

        return [.. args, .. more];
    }

    private static JsonDocument Read(string path)
    {
        try
        {
            FileInfo file = new(path);
            if (file.Length > MostBytes)
                throw new InvalidInputException($"'{path}' is larger than a file of options can be.");
            byte[] text = File.ReadAllBytes(path);
            if (!Utf8.IsValid(text))
                throw new InvalidInputException($"'{path}' is no text in UTF-8.");
            JsonDocument document = JsonDocument.Parse(text, Json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            throw new InvalidInputException($"'{path}' must hold one JSON object of options, such as {{\"preset\": \"dcgan\"}}.");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"'{path}' is no JSON that can be read: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be read: {e.Message}", e);
        }
    }

    private static Option Named(string key, Command command, string path)
    {
        string name = "--" + key.Replace('_', '-');
        List<Option> options = [.. command.Options.Where(option => option.Name is not (OptionName or "--help"))];
        if (options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name)) is { } found)
            return found;
        string nearest = options.SelectMany(option => option.Aliases.Append(option.Name)).Where(each => each.StartsWith("--", StringComparison.Ordinal)).MinBy(each => Distance(each, name))!;
        throw new InvalidInputException($"'{path}' has the key '{key}', which is no option of gangpu {command.Name}; the nearest is '{nearest[2..]}'.");
    }

    private static string Text(JsonProperty property, string path) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => property.Value.GetRawText(),
        JsonValueKind.Array when property.Value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            string.Join(',', property.Value.EnumerateArray().Select(item => item.ToString())),
        _ => throw new InvalidInputException($"'{path}' has for '{property.Name}' something that is no text, number, true or false."),
    };

    /// <summary>Letters to insert, leave out or change to come from one word to the other (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
