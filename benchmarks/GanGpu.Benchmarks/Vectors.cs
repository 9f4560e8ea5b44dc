using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Benchmarks;

/// <summary>
/// <c>--vectors</c>: the width of vectors, limited for GanGpu and for libtorch alike by variables of the environment.
/// Both read them when their process starts, so the command starts itself again with the variables set.
/// </summary>
/// <remarks>
/// At 128 bits GanGpu has no fused multiply-add: .NET turns it off together with AVX2. MKL obeys
/// MKL_ENABLE_INSTRUCTIONS on Intel's processors only. On AMD's it computes with 256 bits at most, and only MKL_CBWR
/// brings it down to 128.
/// </remarks>
internal static class Vectors
{
    private static readonly string[] DotNet = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2"];
    private static readonly string[] Torch =
        ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR"];

    /// <summary>The width that GanGpu computes with in this process, and whether libtorch is held to it.</summary>
    public static string InUse => Array.TrueForAll(Torch, name => IsSet(name, Bits))
        ? FormattableString.Invariant($"at most {Bits} bits on both sides")
        : FormattableString.Invariant($"{Bits} bits, this machine's own, in GanGpu; the others choose for themselves");

    private static int Bits => 32 * Simd.Width;

    public static Option<int?> Option()
    {
        Option<int?> option = new("--vectors") {
            Description =
            "Limits the vectors of both to so many bits, 128, 256 or 512; unless told, each takes the widest it " +
            "likes." };
        option.AcceptOnlyFromAmong("128", "256", "512");
        return option;
    }

    /// <summary>
    /// Runs the same command in a process that is limited to a width, unless this one is or no width is asked for.
    /// </summary>
    /// <returns>What this process is to end with; null if it is the one that measures.</returns>
    public static int? Limit(int? bits)
    {
        if (bits is not { } width)
            return null;
        if (!DotNet.Concat(Torch).All(name => IsSet(name, width)))
            return RunAgain(width);
        if (width == Bits)
            return null;
        Console.Error.WriteLine($"GanGpu has no vectors of {width} bits on this machine: it computes with {Bits}.");
        return 1;
    }

    /// <summary>The value that limits a variable's reader to a width; null if the variable must not be set.</summary>
    private static string? Value(string name, int bits) => name switch
    {
        "DOTNET_EnableAVX512" => bits < 512 ? "0" : "1",
        "DOTNET_EnableAVX2" => bits < 256 ? "0" : "1",
        "ATEN_CPU_CAPABILITY" => bits switch { 128 => "default", 256 => "avx2", _ => "avx512" },
        "ONEDNN_MAX_CPU_ISA" => bits switch { 128 => "SSE41", 256 => "AVX2", _ => "AVX512_CORE" },
        "MKL_ENABLE_INSTRUCTIONS" => bits switch { 128 => "SSE4_2", 256 => "AVX2", _ => "AVX512" },
        "MKL_CBWR" => bits < 256 ? "COMPATIBLE" : null,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static bool IsSet(string name, int bits) => Environment.GetEnvironmentVariable(name) == Value(name, bits);

    private static int RunAgain(int bits)
    {
        string program = Environment.ProcessPath!;
        string[] arguments = Environment.GetCommandLineArgs();
        // The first argument is this assembly: the program named dotnet needs it, a program of this assembly's own does
        // not.
        ProcessStartInfo start =
            new(program, Path.GetFileNameWithoutExtension(program) == "dotnet" ? arguments : arguments[1..]);
        foreach (string name in DotNet.Concat(Torch))
        {
            if (Value(name, bits) is { } value)
                start.Environment[name] = value;
            else
                start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        int? ended = null;
        using PosixSignalRegistration interrupt = PassOn(PosixSignal.SIGINT, 130),
            terminate = PassOn(PosixSignal.SIGTERM, 143);
        process.WaitForExit();
        return ended ?? process.ExitCode;

        // A terminal interrupts both processes, but kill(1) and timeout(1) may signal only this one. The other has
        // nothing to save.
        PosixSignalRegistration PassOn(PosixSignal signal, int exitCode) =>
            PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            ended = exitCode;
            process.Kill();
        });
    }
}
