using System.Text.Json.Serialization;
using GanGpu.Kernels;

namespace GanGpu.Runs;

/// <summary>One time that a run was trained, from a start or a resumption to where it was meant to end.</summary>
internal sealed record RunSession
{
    /// <summary>When it began, in UTC.</summary>
    public DateTimeOffset Started { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>The GanGpu that trained it.</summary>
    [JsonPropertyName("gangpu_version")]
    public string GanGpuVersion { get; init; } = typeof(RunSession).Assembly.GetName().Version?.ToString(3)
        ?? "unknown";

    /// <summary>The device as it was asked for, such as "auto".</summary>
    public required string DeviceAsked { get; init; }

    /// <summary>The device that was used, such as "cuda:0".</summary>
    public required string Device { get; init; }

    /// <summary>That device's name and figures.</summary>
    public required string DeviceDescription { get; init; }

    /// <summary>Threads asked for; 0 means one per core.</summary>
    public int Threads { get; init; }

    /// <summary>Whether OpenCL devices were used that do not report the generic address space.</summary>
    [JsonPropertyName("opencl_assume_generic_address_space")]
    public bool OpenClAssumeGenericAddressSpace { get; init; }

    /// <summary>What the factors of matrix products were rounded to.</summary>
    public MatrixPrecision Precision { get; init; }

    /// <summary>The machine and the runtime; null in runs of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunEnvironment? Environment { get; init; }

    /// <summary>The step it began at.</summary>
    public required long FromStep { get; init; }

    /// <summary>The step it was to end at.</summary>
    public required long ToStep { get; init; }

    /// <summary>A session on a device that begins now.</summary>
    internal static RunSession Of(Device device, long from, long to) => new()
    {
        DeviceAsked = device.Asked,
        Device = device.Name,
        DeviceDescription = device.Description,
        Threads = device.Options.Threads,
        Precision = device.Options.Precision,
        OpenClAssumeGenericAddressSpace = device.Options.AssumeGenericAddressSpace,
        Environment = RunEnvironment.Current(),
        FromStep = from,
        ToStep = to,
    };

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(RunSession), PrintMembers);
}
