using System.Diagnostics;
using System.Globalization;

namespace GanGpu.Tests.Cli;

/// <summary>What a finished gangpu left on its streams.</summary>
internal sealed record Result(int ExitCode, string Output, string Errors)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Result Succeeded()
    {
        Assert.True(ExitCode == 0, $"gangpu ended with {ExitCode}: {Errors}\n{Output}");
        Assert.Equal("", Errors);
        return this;
    }

    /// <summary>One sentence, and no more than that.</summary>
    public string FailedWith(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"gangpu ended with {ExitCode}, not {exitCode}: {Errors}\n{Output}");
        string line = Assert.Single(ErrorLines);
        Assert.StartsWith("gangpu: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        return line;
    }
}

/// <summary>Runs the built gangpu, out of the tests' process.</summary>
internal static class Gangpu
{
    /// <summary>Ends a hang, on the slowest machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs it in a process that is there already, which does the same.</summary>
    public static Result Run(Workplace place, params string[] arguments) =>
        Run(place, new Dictionary<string, string>(), arguments);

    /// <summary>
    /// As the other, with more in the environment. What .NET or the system reads but once needs a process of its own.
    /// </summary>
    public static Result Run(
        Workplace place, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        GangpuHost.Run(place.Folder, environment, arguments);

    /// <summary>Runs it in a process of its own, with the exit code and the streams that a shell would see.</summary>
    public static Result RunAlone(Workplace place, params string[] arguments) =>
        RunAlone(place, new Dictionary<string, string>(), arguments);

    /// <summary>Runs it in a process of its own, with more in its environment.</summary>
    public static Result RunAlone(
        Workplace place, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Start(place, environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        Wait(process);
        return new Result(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Runs another program, in which gangpu is started.</summary>
    public static Result RunDirectly(Workplace place, params string[] command)
    {
        using Process process = Start(place, new Dictionary<string, string>(), command, direct: true);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        Wait(process);
        return new Result(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Starts it, sends it a signal once it has reported its first steps, and waits for its end.</summary>
    public static Result Interrupt(Workplace place, string signal, params string[] arguments) =>
        Interrupt(place, signal, () => { }, arguments);

    /// <summary>As the other, with something to do while it trains.</summary>
    public static Result Interrupt(Workplace place, string signal, Action meanwhile, params string[] arguments)
    {
        using Process process = Start(place, new Dictionary<string, string>(), arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        List<string> lines = [];
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
            if (!line.StartsWith("step ", StringComparison.Ordinal))
                continue;
            meanwhile();
            // Several signals are sent one after the other, as timeout(1) does.
            foreach (string one in signal.Split(' '))
            {
                using Process kill =
                    Process.Start("kill", ["-s", one, process.Id.ToString(CultureInfo.InvariantCulture)]);
                kill.WaitForExit();
            }

            break;
        }

        Task<string> rest = process.StandardOutput.ReadToEndAsync();
        Wait(process);
        return new Result(process.ExitCode, string.Join('\n', lines) + "\n" + rest.Result, errors.Result);
    }

    /// <summary>The command line that starts it, for those that start it through another program.</summary>
    public static string[] CommandLine(params string[] arguments) =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "GanGpu.Cli.dll"), .. arguments];

    public static Process Start(Workplace place, IReadOnlyDictionary<string, string> environment, string[] arguments,
        bool direct = false) =>
        Start(place.Folder, environment, direct ? arguments : CommandLine(arguments));

    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, string[] command)
    {
        // Tests that were started in the background have SIGINT ignored, and hand that down to what they start.
        if (OperatingSystem.IsLinux())
            command = ["env", "--default-signal=INT", .. command];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Code that is run for a second is not worth being measured for better code, and two threads for each of
        // several programs on two processors spend their time waiting for one another. What several threads do is
        // tested in the library.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        // The runner of the tests sets it if it is told to show no colours itself.
        start.Environment.Remove("NO_COLOR");
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static void Wait(Process process)
    {
        if (process.WaitForExit(Limit))
            return;
        process.Kill(entireProcessTree: true);
        Assert.Fail($"gangpu did not end within {Limit}.");
    }
}
