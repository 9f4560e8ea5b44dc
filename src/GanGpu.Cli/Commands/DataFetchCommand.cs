using System.CommandLine;
using System.Text.Json;
using GanGpu.Cli.Views;
using GanGpu.Data;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu data fetch: the one command that uses the network.</summary>
internal static class DataFetchCommand
{
    private static readonly Argument<string> Name =
        new("NAME") { Description = $"One of {string.Join(", ", KnownDataSet.All.Select(set => set.Name))}." };

    private static readonly Option<string?> Mirror = new("--mirror")
    {
        Description = "An https address with the same files, tried first; their SHA-256 is checked all the same.",
        HelpName = "URL",
    };

    private static readonly Option<bool> AsJson =
        new("--json") { Description = "Writes JSON for other programs instead of words." };

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Writes nothing but errors." };

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static Command Create()
    {
        Command command = new(
            "fetch",
            $"Downloads a data set into the cache folder ({CacheFolder.Variable}, or the user's own), over TLS and " +
            "with pinned SHA-256 sums. A download that was ended goes on where it stopped. --data NAME opens it " +
            "afterwards.")
        {
            Name, Mirror, AsJson, Quiet,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        KnownDataSet set = KnownDataSet.Named(parsed.GetRequiredValue(Name));
        FetchOptions options = new();
        if (parsed.GetValue(Mirror) is { } mirror)
        {
            options = options with
            {
                Mirror = Uri.TryCreate(mirror, UriKind.Absolute, out Uri? address) ? address
                    : throw new InvalidInputException($"--mirror is '{mirror}', but must be an https address."),
            };
        }

        bool json = parsed.GetValue(AsJson), quiet = parsed.GetValue(Quiet);
        string folder = await FetchView.ShowAsync(json
            || quiet, progress => DataFetch.FetchAsync(set, options, progress, cancellation)).ConfigureAwait(false);
        if (json)
            Console.WriteLine(
                JsonSerializer.Serialize(new { set.Name, Folder = folder, set.Description, set.Licence }, Json));
        else if (!quiet)
            Console.WriteLine(
                $"{set.Name}: {set.Description}; licence: {set.Licence}. It lies in {folder}; train with: gangpu " +
                $"train --data {set.Name}");
        return ExitCode.Done;
    }
}
