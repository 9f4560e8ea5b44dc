using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace GanGpu.Cli.Commands;

/// <summary>What holds for every option and argument of every command, so that no command can forget it.</summary>
internal static class OptionChecks
{
    /// <summary>Gives a command and those below it their checks.</summary>
    public static void Apply(Command command, string path = "gangpu")
    {
        foreach (Option option in command.Options.Where(option => option is not (HelpOption or VersionOption)))
            Apply(option);
        foreach (Argument argument in command.Arguments)
            Apply(argument, command, path);
        foreach (Command below in command.Subcommands)
            Apply(below, $"{path} {below.Name}");
    }

    /// <summary>Refuses a text as soon as the command line is read, where what reads it refuses it.</summary>
    /// <param name="option">The option.</param>
    /// <param name="read">Throws <see cref="InvalidInputException"/> for what is none.</param>
    public static Option<T> Checked<T>(this Option<T> option, Action<string> read)
    {
        option.Validators.Add(result =>
        {
            try
            {
                foreach (Token token in result.Tokens.Where(token => !string.IsNullOrWhiteSpace(token.Value)))
                    read(token.Value);
            }
            catch (InvalidInputException e)
            {
                result.AddError(e.Message.TrimEnd('.'));
            }
        });
        return option;
    }

    /// <summary>Takes one of some words only.</summary>
    public static Option<T> Among<T>(this Option<T> option, IReadOnlyList<string> words) => option.Checked(text =>
    {
        if (!words.Contains(text))
            throw new InvalidInputException(
                $"{option.Name} is '{text}', but must be {string.Join(" or ", words)}{Nearest.Remark(text, words)}");
    });

    private static void Apply(Option option)
    {
        // Those without a range of their own; without a parser a message would name .NET's type.
        switch (option)
        {
            case Option<int> { CustomParser: null } number:
                number.Whole(int.MinValue);
                break;
            case Option<int?> { CustomParser: null } number:
                number.Whole(int.MinValue);
                break;
            case Option<double> { CustomParser: null } number:
                number.Fraction(FractionRange.Any);
                break;
            case Option<double?> { CustomParser: null } number:
                number.Fraction(FractionRange.Any);
                break;
        }

        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (string.IsNullOrWhiteSpace(token.Value))
                    result.AddError($"{option.Name} is empty");
                else if (token.Value.StartsWith("--", StringComparison.Ordinal) && option.ValueType != typeof(bool))
                    result.AddError($"{option.Name} lacks its value: what follows is '{token.Value}'");
            }
        });
    }

    private static void Apply(Argument argument, Command command, string path) => argument.Validators.Add(result =>
    {
        foreach (Token token in result.Tokens)
        {
            if (string.IsNullOrWhiteSpace(token.Value))
                result.AddError(
                    $"{argument.Name} is empty; {char.ToLowerInvariant(argument.Description![0])}" +
                    $"{argument.Description[1..].TrimEnd('.')} is wanted");
            // Whatever begins with a dash and is no option of the command would be taken for its argument.
            else if (token.Value.Length > 1 && token.Value[0] == '-' && !Path.Exists(token.Value))
                result.AddError(UnknownWord(token.Value, command, path));
        }
    });

    /// <summary>The sentence for a word that is no command, option or argument where it stands.</summary>
    /// <param name="word">The word.</param>
    /// <param name="command">The command that it was given to.</param>
    /// <param name="path">How that is called, such as "gangpu data fetch".</param>
    public static string UnknownWord(string word, Command command, string path)
    {
        if (word.StartsWith('-') && word.Length > 1)
        {
            string name = word.Split('=', 2)[0];
            IEnumerable<string> names = command.Options.SelectMany(option => option.Aliases.Append(option.Name))
                .Where(each => each.StartsWith("--", StringComparison.Ordinal));
            return $"{path} has no option '{name}'{Nearest.Remark(name, names)}";
        }

        return command.Subcommands.Count > 0
            ? $"{path} has no command '{word}'{Nearest.Remark(word, command.Subcommands.Select(below => below.Name))}"
            : $"{path} takes no '{word}'";
    }
}
