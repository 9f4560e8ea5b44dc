using GanGpu.Devices;

namespace GanGpu.ParityTests;

/// <summary>
/// The devices that are compared, as "cpu/2" for two threads. One that is absent is skipped with its reason; if the
/// environment variable GANGPU_TEST_DEVICES (names apart by commas) names it, its absence is a failure. So is the processor's.
/// </summary>
internal static class ParityDevices
{
    /// <summary>One test at a time: TorchSharp loses what is collected during a call, and only one can hold collections off (NoCollection.cs).</summary>
    public const string Collection = "TorchSharp";

    public static IReadOnlyList<string> All => ["cpu/1", "cpu/2", "opencl", "cuda"];

    public static Device Open(string name)
    {
        string[] parts = name.Split('/');
        // PoCL does not report the generic address space that ILGPU asks for, and that our kernels do without.
        DeviceOptions options = new() { Threads = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0, AssumeGenericAddressSpace = true };
        try
        {
            return Device.Open(parts[0], options);
        }
        catch (DeviceUnavailableException e) when (parts[0] != "cpu" && !Demanded(parts[0]))
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    private static bool Demanded(string name) =>
        (Environment.GetEnvironmentVariable("GANGPU_TEST_DEVICES") ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(demanded => demanded.Split(':')[0] == name);
}
