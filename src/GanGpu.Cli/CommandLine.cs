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
        features ??= new FeatureArguments();
        RootCommand root = new("Trains generative adversarial networks on the GPU.")
        {
            TrainCommand.Create(),
            SampleCommand.Create(),
            InterpolateCommand.Create(),
            EvaluateCommand.Create(features),
            NeighboursCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            DevicesCommand.Create(),
            BenchCommand.Create(),
            ExplainCommand.Create(),
            InfoCommand.Create(),
            CompletionCommand.Create(),
            DataCommand.Create(),
        };
        HelpWithExamples help = new();
        root.Options.OfType<HelpOption>().Single().Action = help;
        root.SetAction(parsed => help.Invoke(parsed));

        ParseResult parsed = root.Parse(args);
        try
        {
            parsed = root.Parse(ConfigFile.Expand(args, parsed));
        }
        catch (InvalidInputException e)
        {
            return Fault.Report(Fault.Of(e));
        }

        if (parsed.Errors.Count > 0)
        {
            string command = CommandPath(parsed.CommandResult);
            // One fault often brings others after it; the first is the one to mend.
            return Fault.Report(new Fault(ExitCode.BadInput, $"{parsed.Errors[0].Message.TrimEnd('.')}; see '{command} --help'."));
        }

        using Signals signals = new();
        // The library's own handling of signals ends the process two seconds after one, however much there is to save.
        InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(invocation, signals.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitCode;
        }
#pragma warning disable CA1031 // The last place: nothing that went wrong is to end in a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault fault = Fault.Of(e);
            return Fault.Report(fault with { Sentence = features.AsOption(fault.Sentence) });
        }
    }

    /// <summary>"gangpu data fetch" for a command below another.</summary>
    private static string CommandPath(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{CommandPath(parent)} {result.Command.Name}" : "gangpu";
}
