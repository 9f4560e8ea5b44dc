using System.Diagnostics;
using System.Runtime.InteropServices;
using GanGpu.Tests.Cli;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Devices;

/// <summary>
/// StubDriver/libcuda.c, compiled into folders of its own, and processes that find it instead of an NVIDIA driver: as
/// it is, as a driver of old, or with the interpreter that runs kernels. Beside it libopencl.c, an OpenCL loader that
/// bears one question at a time. Compiled on first use; deleted afterwards.
/// </summary>
public sealed class StubDriver : IDisposable
{
    /// <summary>Among the settings of a run: the driver runs kernels.</summary>
    public const string RunsKernels = "RUNS_KERNELS";

    private readonly TempFolder folder = new();
    private int runs;

    /// <summary>Runs one of <see cref="CudaScenarios"/> in a process of its own, and expects it to pass.</summary>
    internal async Task<StubLog> RunAsync(string scenario, params (string Name, string Value)[] settings)
    {
        string log = folder.At($"log-{runs++}");
        await TestProcess.RunOneAsync(typeof(CudaScenarios), scenario, Environment(log, settings));
        return new StubLog(log);
    }

    /// <summary>
    /// Runs one explicit test in a process of its own that finds no driver but the OpenCL loader, and expects it to
    /// pass.
    /// </summary>
    internal Task RunWithOpenClAsync(Type testClass, string method) =>
        TestProcess.RunOneAsync(
            testClass, method,
            new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = Before(Compiled("opencl", "OpenCL")) });

    /// <summary>Runs tests in a process of their own, and expects them to pass.</summary>
    internal async Task<(StubLog Log, string Output)> RunTestsAsync(
        string[] selection, params (string Name, string Value)[] settings)
    {
        string log = folder.At($"log-{runs++}");
        // The driver runs kernels for one thread: tests of operations and of networks have contexts of their own, and
        // would come at once.
        string output = await TestProcess.RunAsync([.. selection, "-parallel", "none"], Environment(log, settings));
        return (new StubLog(log), output);
    }

    /// <summary>Runs gangpu, and expects it to succeed.</summary>
    internal (Result Result, StubLog Log) RunGangpu(
        Workplace place, string[] arguments, params (string Name, string Value)[] settings)
    {
        (Result result, StubLog log) = TryGangpu(place, arguments, settings);
        return (result.Succeeded(), log);
    }

    /// <summary>Runs gangpu, whatever comes of it.</summary>
    internal (Result Result, StubLog Log) TryGangpu(
        Workplace place, string[] arguments, params (string Name, string Value)[] settings)
    {
        string log = folder.At($"log-{runs++}");
        return (Gangpu.RunAlone(place, Environment(log, settings), arguments), new StubLog(log));
    }

    public void Dispose() => folder.Dispose();

    private Dictionary<string, string> Environment(string log, (string Name, string Value)[] settings)
    {
        Dictionary<string, string> environment =
            settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        environment["LD_LIBRARY_PATH"] =
            Before(Compiled(environment.Remove("OLD") ? "old" : environment.Remove(RunsKernels) ? "ptx" : "", "cuda"));
        environment["GANGPU_STUB_LOG"] = log;
        return environment;
    }

    private static string Before(string driver) =>
        System.Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") is { Length: > 0 } others
            ? $"{driver}:{others}" : driver;

    /// <summary>The folder that has a variant of the driver.</summary>
    private string Compiled(string variant, string name)
    {
        if (!OperatingSystem.IsLinux() || Directory.Exists("/usr/lib/wsl/lib"))
            Assert.Skip("The stub driver replaces a Linux driver, and WSL looks for its own first.");
        string place = folder.At($"driver-{variant}"), library = Path.Combine(place, $"lib{name}.so.1");
        if (File.Exists(library))
            return place;
        string script = Path.Combine(AppContext.BaseDirectory, "StubDriver", "build");
        using Process build =
            Process.Start(new ProcessStartInfo("sh", [script, place, variant]) { RedirectStandardError = true })!;
        string errors = build.StandardError.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode == 127 && System.Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip($"The stub driver can't be compiled here: {errors}");
        Assert.True(build.ExitCode == 0, errors);

        // Where the name without a number finds a real driver, it would be tried first; elsewhere the number has to do,
        // as it does on machines with a driver and no development packages.
        if (NativeLibrary.TryLoad($"lib{name}.so", out _))
            File.CreateSymbolicLink(Path.Combine(place, $"lib{name}.so"), library);
        return place;
    }
}
