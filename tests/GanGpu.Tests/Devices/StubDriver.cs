using System.Diagnostics;
using System.Runtime.InteropServices;
using GanGpu.Tests.Cli;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Devices;

/// <summary>
/// StubDriver/libcuda.c, compiled into folders of its own, and processes that find it instead of an NVIDIA driver. Compiled
/// on first use; deleted afterwards.
/// </summary>
public sealed class StubDriver : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder folder = new();
    private int runs;

    /// <summary>Runs one of <see cref="CudaScenarios"/> in a process of its own, and expects it to pass.</summary>
    internal async Task<StubLog> RunAsync(string scenario, params (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new(System.Environment.ProcessPath!, ["-method", $"{typeof(CudaScenarios).FullName}.{scenario}", "-explicit", "only"])
        {
            RedirectStandardOutput = true,
        };
        string log = folder.At($"log-{runs++}");
        foreach ((string name, string value) in Environment(log, settings))
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(Limit);
        string output;
        try
        {
            output = await process.StandardOutput.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        Assert.True(process.ExitCode == 0, output);
        Assert.Matches("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output);
        return new StubLog(log);
    }

    /// <summary>Runs gangpu, and expects it to succeed.</summary>
    internal (Result Result, StubLog Log) RunGangpu(Workplace place, string[] arguments, params (string Name, string Value)[] settings)
    {
        string log = folder.At($"log-{runs++}");
        Result result = Gangpu.Run(place, Environment(log, settings), arguments).Succeeded();
        return (result, new StubLog(log));
    }

    public void Dispose() => folder.Dispose();

    private Dictionary<string, string> Environment(string log, (string Name, string Value)[] settings)
    {
        Dictionary<string, string> environment = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        bool old = environment.Remove("OLD");
        string? others = System.Environment.GetEnvironmentVariable("LD_LIBRARY_PATH");
        environment["LD_LIBRARY_PATH"] = string.IsNullOrEmpty(others) ? Compiled(old) : $"{Compiled(old)}:{others}";
        environment["GANGPU_STUB_LOG"] = log;
        return environment;
    }

    /// <summary>The folder that has the driver.</summary>
    private string Compiled(bool old)
    {
        if (!OperatingSystem.IsLinux() || Directory.Exists("/usr/lib/wsl/lib"))
            Assert.Skip("The stub driver replaces a Linux driver, and WSL looks for its own first.");
        string place = folder.At(old ? "old" : "new"), library = Path.Combine(place, "libcuda.so.1");
        if (File.Exists(library))
            return place;
        Directory.CreateDirectory(place);
        string source = Path.Combine(AppContext.BaseDirectory, "StubDriver", "libcuda.c");
        string[] variant = old ? ["-DGANGPU_STUB_OLD"] : [];
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-pthread", "-O1", .. variant, "-o", library, source]) { RedirectStandardError = true })!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            if (System.Environment.GetEnvironmentVariable("CI") == "true")
                throw;
            Assert.Skip($"The stub driver is compiled with gcc, which does not start here: {e.Message}");
        }

        // Where the name without a number finds a real driver, it would be tried first; elsewhere the number has to do, as it
        // does on machines with a driver and no development packages.
        if (NativeLibrary.TryLoad("libcuda.so", out _))
            File.CreateSymbolicLink(Path.Combine(place, "libcuda.so"), library);
        return place;
    }
}
