using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using GanGpu.Kernels.Gpu;
using GanGpu.Tests.Data;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Every kernel assembled for a card by NVIDIA's ptxas, where that is installed (it comes with the CUDA toolkit): what
/// the driver's compiler makes of it is then known, and must neither spill registers nor keep a stack frame.
/// </summary>
public sealed partial class PtxAssemblyTests
{
    private const int RegistersOfMultiprocessor = 65536;

    [Theory]
    [InlineData("sm_80")]
    [InlineData("sm_90")]
    public async Task No_kernel_spills_or_keeps_a_stack_frame(string architecture)
    {
        if (!await IsInstalledAsync())
            Assert.Skip("There is no ptxas on the path.");
        using TempFolder folder = new();
        CudaArchitecture target = new(8, 0);
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using PTXBackend backend =
            new(context, new CudaCapabilityContext(target), target, CudaInstructionSet.ISA_80, nvvmAPI: null);
        List<string> faults = [];
        foreach (MethodInfo method in KernelMethods.All)
        {
            string text = ((PTXCompiledKernel)KernelLoader.Compile(backend, method)).PTXAssembly,
                file = folder.At("kernel.ptx");
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            (int exit, string output) = await RunAsync("-v", $"-arch={architecture}", "-o", file + ".cubin", file);
            int threads = int.Parse(MostThreads().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
            if (exit != 0 || Fault(output, threads) is not null)
                faults.Add($"{KernelMethods.NameOf(method)}: {Fault(output, threads)} {output}");
        }

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData(0, 0, 0, 40, 256, null)]
    [InlineData(8, 0, 0, 40, 256, "a stack frame of 8 bytes")]
    [InlineData(0, 4, 4, 255, 256, "4 bytes of registers spilled")]
    [InlineData(0, 0, 0, 168, 512, "168 registers are too many for 512 threads")]
    public void What_ptxas_says_is_understood(
        int stack, int stores, int loads, int registers, int threads, string? fault) => Assert.Equal(fault, Fault(
        $"""
        ptxas info    : 0 bytes gmem
        ptxas info    : Compiling entry function 'Kernel_X' for 'sm_90'
        ptxas info    : Function properties for Kernel_X
            {stack} bytes stack frame, {stores} bytes spill stores, {loads} bytes spill loads
        ptxas info    : Used {registers} registers, used 1 barriers, 4608 bytes smem, 392 bytes cmem[0]
        """,
        threads));

    [Fact]
    public void Other_words_are_a_fault() =>
        Assert.Equal(
            "ptxas said nothing of registers", Fault("ptxas fatal   : Ptx assembly aborted due to errors", 256));

    private static string? Fault(string output, int threads)
    {
        Match frame = Frame().Match(output), used = Used().Match(output);
        if (!frame.Success || !used.Success)
            return "ptxas said nothing of registers";
        int registers = Number(used, 1);

        // Registers are given out to warps in steps of 8 a thread.
        return Number(frame, 1) != 0 ? FormattableString.Invariant($"a stack frame of {Number(frame, 1)} bytes")
            : Number(frame, 2) != 0 ? FormattableString.Invariant($"{Number(frame, 2)} bytes of registers spilled")
            : (registers + 7) / 8 * 8 * threads > RegistersOfMultiprocessor
                ? FormattableString.Invariant($"{registers} registers are too many for {threads} threads")
            : null;
    }

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static async Task<bool> IsInstalledAsync()
    {
        try
        {
            return (await RunAsync("--version")).Exit == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("ptxas", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"(\d+) bytes stack frame, (\d+) bytes spill stores")]
    private static partial Regex Frame();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Used();

    [GeneratedRegex(@"\.maxntid (\d+)")]
    private static partial Regex MostThreads();
}
