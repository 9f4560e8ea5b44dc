using System.Runtime.InteropServices;

namespace GanGpu.Runs;

/// <summary>The machine and the runtime that a session ran on; nothing that names the machine or its user.</summary>
internal sealed record RunEnvironment
{
    /// <summary>The operating system with its version.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The .NET runtime with its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>Such as "x64".</summary>
    public required string Architecture { get; init; }

    /// <summary>Processors that the process may use.</summary>
    public required int Processors { get; init; }

    /// <summary>Bytes of memory that the process may use.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What this process runs on.</summary>
    public static RunEnvironment Current() => new()
    {
        OperatingSystem = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Processors = Environment.ProcessorCount,
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
    };
}
