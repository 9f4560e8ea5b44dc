using System.CommandLine;
using System.Text.Json;
using System.Text.Unicode;

namespace GanGpu.Cli.Commands;

/// <summary>
/// A JSON file that stands for options of the command line: {"preset": "dcgan", "batch-size": 32, "flip": true}. Keys
/// are the options' names without dashes in front, and with dashes or underscores within; what the command line itself
/// says goes before.
/// </summary>
internal sealed class ConfigFile
{
    public const string OptionName = "--config";

    private const long MostBytes = 1 << 20;

    private static readonly JsonDocumentOptions Json = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    /// <summary>Of these the command line's one takes the place of any that the file has.</summary>
    private static readonly string[][] Alternatives = [["--epochs", "--steps"], ["--seed", "--seeds"]];

    private readonly Dictionary<Option, string> keys = [];

    private readonly string? path;

    private ConfigFile(string? path) => this.path = path;

    /// <summary>What the file adds to the command line.</summary>
    public List<string> Arguments { get; } = [];

    /// <summary>The file that a command line names, read; an empty one where it names none.</summary>
    /// <exception cref="InvalidInputException">The file is missing, no JSON object, or has a key that is no
    /// option.</exception>
    public static ConfigFile Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Options.FirstOrDefault(option => option.Name == OptionName) is not Option<string?> config
            || parsed.GetResult(config) is not { Errors: var errors } || errors.Any()
            || parsed.GetValue(config) is not { } path)
        {
            return new ConfigFile(null);
        }

        ConfigFile file = new(path);
        HashSet<Option> given =
            [.. command.Options.Where(option => TrainArguments.IsGiven(parsed.CommandResult, option))];
        using JsonDocument document = Read(path);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            Option option = Named(property.Name, command, path);
            bool replaced = given.Contains(option)
                || Alternatives.Any(group => group.Contains(option.Name)
                    && given.Any(other => group.Contains(other.Name)));
            if (property.Value.ValueKind == JsonValueKind.Null || replaced)
                continue;
            if (!file.keys.TryAdd(option, property.Name))
                throw new InvalidInputException(
                    $"'{path}' has two keys for one option, '{file.keys[option]}' and '{property.Name}'.");
            file.Arguments.Add($"{option.Name}={Text(property, option, path)}");
        }

        return file;
    }

    /// <summary>
    /// A sentence on an option, with the file and the key that it is from, where it is from the file.
    /// </summary>
    public string Located(Option? option, string sentence) =>
        option is not null && keys.TryGetValue(option, out string? key)
        ? $"'{path}', key '{key}': {sentence}" : sentence;

    private static JsonDocument Read(string path)
    {
        try
        {
            FileInfo file = new(path);
            if (file.Length > MostBytes)
                throw new InvalidInputException($"'{path}' is larger than a file of options can be.");
            ReadOnlyMemory<byte> text = File.ReadAllBytes(path);
            if (text.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])
                || text.Span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
                throw new InvalidInputException($"'{path}' is text in UTF-16; save it as UTF-8.");
            // Windows' editors and shells write one.
            if (text.Span.StartsWith("\uFEFF"u8))
                text = text[3..];
            if (!Utf8.IsValid(text.Span))
                throw new InvalidInputException($"'{path}' is no text in UTF-8.");
            JsonDocument document = JsonDocument.Parse(text, Json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            throw new InvalidInputException(
                $"'{path}' must hold one JSON object of options, such as {{\"preset\": \"dcgan\"}}.");
        }
        catch (JsonException e)
        {
            // Its own message counts lines from 0.
            string reason = e.Message.Split(" LineNumber:", 2)[0].TrimEnd('.');
            string place = e.LineNumber is { } line
                ? FormattableString.Invariant($", line {line + 1}, byte {e.BytePositionInLine + 1}") : "";
            throw new InvalidInputException($"'{path}' is no JSON that can be read{place}: {reason}.", e);
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
        IEnumerable<string> names = options.SelectMany(option => option.Aliases.Append(option.Name))
            .Where(each => each.StartsWith("--", StringComparison.Ordinal)).Select(each => each[2..]);
        throw new InvalidInputException(
            $"'{path}' has the key '{key}', which is no option of gangpu {command.Name}{Nearest.Remark(key, names)}.");
    }

    private static string Text(JsonProperty property, Option option, string path) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => property.Value.GetRawText(),
        // Lists are texts on the command line; joined, those of numbers would look like a number with a comma.
        JsonValueKind.Array when option.ValueType != typeof(string) && option.ValueType != typeof(string[]) =>
            throw new InvalidInputException(
                $"'{path}', key '{property.Name}': {option.Name} takes one value, not a list."),
        JsonValueKind.Array
            when property.Value.EnumerateArray()
            .All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            string.Join(',', property.Value.EnumerateArray().Select(item => item.ToString())),
        _ => throw new InvalidInputException(
            $"'{path}' has for '{property.Name}' something that is no text, number, true or false."),
    };
}
