using System.Diagnostics;
using System.Text;

namespace GanGpu.Tests.Support;

/// <summary>
/// PyTorch for Python. GANGPU_TEST_TORCH names a Python that has it, and then it must; without it, tests are skipped
/// where none is found. Debian's package is python3-torch.
/// </summary>
internal static class Torch
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly Lazy<string?> Python = new(
        () => Array.Find(["/usr/bin/python3", "python3"], python =>
            Try(python, ["-c", "import torch"]) is { Code: 0 }));

    /// <summary>Runs a Python program and gives what it printed.</summary>
    public static string Run(string folder, params string[] arguments)
    {
        string? named = Environment.GetEnvironmentVariable("GANGPU_TEST_TORCH");
        string? python = string.IsNullOrEmpty(named) ? Python.Value : named;
        if (python is null)
            Assert.Skip("There is no Python with PyTorch here; Debian's package is python3-torch.");
        (int Code, string Output, string Errors) result = Try(python, arguments, folder)
            ?? throw new InvalidOperationException($"'{python}' can't be started.");
        Assert.True(result.Code == 0, result.Output + result.Errors);
        return result.Output;
    }

    private static (int Code, string Output, string Errors)? Try(
        string python, string[] arguments, string? folder = null)
    {
        ProcessStartInfo start = new(python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
            StandardOutputEncoding = Encoding.UTF8,
        };
        // A folder for compiled modules is no part of what is tested.
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(),
                errors = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(Limit))
                return (process.ExitCode, output.Result, errors.Result);
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{python}' did not end within {Limit}.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
