using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using GanGpu.Cli.Commands;

namespace GanGpu.Cli;

/// <summary>Finds the command that was asked for, runs it, and turns whatever comes of it into an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, FeatureArguments? features = null)
    {
        Terminal.Guard();
        features ??= new FeatureArguments();
        if (Parse(CreateRoot(features), args, out ParseResult parsed) is { } wrong)
            return Fault.Report(wrong);
        using Signals signals = new();
        try
        {
            return await InvokeAsync(parsed, features, signals.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitCode;
        }
    }

    /// <summary>
    /// Runs what was asked for, in whatever process: that of the program, or that of tests, which run several at once.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static async Task<int> InvokeAsync(
        ParseResult parsed, FeatureArguments features, CancellationToken cancellation)
    {
        // The library's own handling of signals ends the process two seconds after one, however much there is to save.
        InvocationConfiguration invocation = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The last place: nothing that went wrong is to end in a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault fault = Fault.Of(e);
            return Fault.Report(fault with { Sentence = features.AsOption(fault.Sentence) });
        }
    }

    /// <summary>All commands with all their options.</summary>
    internal static RootCommand CreateRoot(FeatureArguments features)
    {
        RootCommand root = new("Trains generative adversarial networks on the GPU.")
        {
            TrainCommand.Create(),
            SampleCommand.Create(),
            InterpolateCommand.Create(),
            EvaluateCommand.Create(features),
            NeighboursCommand.Create(),
            ReconstructCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            DevicesCommand.Create(),
            BenchCommand.Create(),
            ExplainCommand.Create(),
            InfoCommand.Create(),
            CompletionCommand.Create(),
            DataCommand.Create(),
        };
        OptionChecks.Apply(root);
        HelpWithExamples help = new();
        root.Options.OfType<HelpOption>().Single().Action = help;
        root.SetAction(parsed => help.Invoke(parsed));
        return root;
    }

    /// <summary>Reads the command line, and the file of options that it may name.</summary>
    /// <returns>What is wrong with it; null where it can be run.</returns>
    internal static Fault? Parse(RootCommand root, string[] args, out ParseResult parsed)
    {
        parsed = root.Parse(args);
        try
        {
            ConfigFile file = ConfigFile.Of(parsed);
            string[] all = [.. args, .. file.Arguments];
            if (file.Arguments.Count > 0)
                parsed = root.Parse(all);
            return Wrong(parsed, all, file) is { } sentence
                ? new Fault(
                    ExitCode.BadInput,
                    $"{sentence.TrimEnd('.')}; see '{CommandPath(parsed.CommandResult)} --help'.") : null;
        }
        catch (InvalidInputException e)
        {
            return Fault.Of(e);
        }
    }

    /// <summary>One fault often brings others after it; the first is the one to mend.</summary>
    private static string? Wrong(ParseResult parsed, string[] args, ConfigFile file)
    {
        if (parsed.Errors.Count == 0)
            return null;
        CommandResult command = parsed.CommandResult;
        // A mistyped option is taken for the command's argument, or its value is a word too many.
        ParseError? argument =
            parsed.Errors.FirstOrDefault(error => error.SymbolResult is ArgumentResult { Parent: CommandResult });
        if (argument is null && parsed.UnmatchedTokens.Count > 0)
        {
            // Options without a value take none but true and false, and leave others as words of their own.
            string word = parsed.UnmatchedTokens[0];
            if (command.Command.Options.FirstOrDefault(option => option.ValueType == typeof(bool)
                && option.Aliases.Append(option.Name).Any(name => args.Contains($"{name}={word}"))) is { } flag)
                return file.Located(flag, $"{flag.Name} must be true or false, or stand alone, not '{word}'");
            return OptionChecks.UnknownWord(parsed.UnmatchedTokens[0], command.Command, CommandPath(command));
        }

        ParseError first = argument ?? parsed.Errors[0];
        return file.Located(OptionOf(first.SymbolResult), first.Message);
    }

    private static Option? OptionOf(SymbolResult? result) => result switch
    {
        OptionResult option => option.Option,
        null => null,
        _ => OptionOf(result.Parent),
    };

    /// <summary>"gangpu data fetch" for a command below another.</summary>
    private static string CommandPath(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{CommandPath(parent)} {result.Command.Name}" : "gangpu";
}
