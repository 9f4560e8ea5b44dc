using System.CommandLine;
using GanGpu.Cli.Views;
using GanGpu.Data;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu data list: the data sets that can be named, and which of them are here.</summary>
internal static class DataListCommand
{
    public static Command Create()
    {
        Command command = new("list", "Lists the data sets that can be trained on by name.");
        command.SetAction(_ =>
        {
            string[][] rows =
            [
                .. DataSource.Described.Select(set => new[] { set.Name, "built in", set.Description }),
                .. KnownDataSet.All.Select(
                    set => new[] { set.Name, set.IsPresent ? "downloaded"
                        : FormattableString.Invariant($"{set.Length / 1e6:0} MB to fetch"), set.Description }),
            ];
            TextTable.Write(3, ["--data", "where", "what it is"], rows);
            Console.WriteLine(
                $"Downloads lie in {CacheFolder.Location} ({CacheFolder.Variable} names another folder).");
            return ExitCode.Done;
        });
        return command;
    }
}
