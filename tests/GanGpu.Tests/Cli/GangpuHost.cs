using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace GanGpu.Tests.Cli;

/// <summary>
/// A gangpu that runs one command after another, see <see cref="StartupHook"/>: to start it and to compile what it runs
/// takes a second or two, which is more than most commands take themselves. It ends with the tests.
/// </summary>
internal sealed class GangpuHost
{
    private static readonly ConcurrentBag<GangpuHost> Idle = [];

    private readonly Process process;
    private readonly Task<string> errors;

    private GangpuHost()
    {
        Dictionary<string, string> environment =
            new() { ["DOTNET_STARTUP_HOOKS"] = typeof(GangpuHost).Assembly.Location };
        process = Gangpu.Start(AppContext.BaseDirectory, environment, Gangpu.CommandLine());
        errors = process.StandardError.ReadToEndAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(TimeSpan.FromMinutes(1)))
                process.Kill();
        };
    }

    /// <summary>Runs a command in one that has nothing to do, or in another.</summary>
    public static Result Run(
        string folder, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        GangpuHost host = Idle.TryTake(out GangpuHost? idle) ? idle : new();
        Result result = host.Ask(
            [[folder], [.. environment.SelectMany(each => new[] { each.Key, each.Value })], arguments]);
        Idle.Add(host);
        return result;
    }

    private Result Ask(string[][] words)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(words));
        process.StandardInput.Flush();
        Task<string?> answer = process.StandardOutput.ReadLineAsync();
        if (!answer.Wait(Gangpu.Limit))
        {
            process.Kill();
            Assert.Fail($"gangpu did not end within {Gangpu.Limit}.");
        }

        if (answer.Result is null)
            Assert.Fail($"gangpu ended of itself: {errors.Result}");
        string[] parts = JsonSerializer.Deserialize<string[]>(answer.Result)!;
        return new Result(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2]);
    }
}
