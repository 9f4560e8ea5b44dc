using System.CommandLine;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu data: what there is to train on.</summary>
internal static class DataCommand
{
    public static Command Create() =>
        new("data", "Downloads data sets by name, lists them, and shows what a data set holds.")
    {
        DataFetchCommand.Create(),
        DataListCommand.Create(),
        DataInspectCommand.Create(),
    };
}
