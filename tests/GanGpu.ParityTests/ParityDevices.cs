
namespace GanGpu.ParityTests;

/// <summary>
/// The devices that are compared, as "cpu/2" for two threads, each opened once: to compile OpenCL's kernels takes
/// longer than to train. One that is absent is skipped with its reason; the processor never is. The environment
/// variable GANGPU_TEST_DEVICES names those that must be there (names apart by commas): then their absence is a
/// failure, and all others are left out.
/// </summary>
internal static class ParityDevices
{
    /// <summary>
    /// One test at a time: TorchSharp loses what is collected during a call, and only one can hold collections off
    /// (NoCollection.cs).
    /// </summary>
    public const string Collection = "TorchSharp";

    /// <summary>Of the processor one number of threads: all have the same bits, as tests of the library show.</summary>
    public static IReadOnlyList<string> All => ["cpu/2", "opencl", "cuda"];

    private static readonly Dictionary<string, Device> Opened = [];

    private static readonly string[]? Demanded = Environment.GetEnvironmentVariable("GANGPU_TEST_DEVICES")
        ?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static Device Open(string name)
    {
        string[] parts = name.Split('/');
        if (Demanded is not null && !Demanded.Contains(parts[0]))
            Assert.Skip($"{parts[0]} is not among GANGPU_TEST_DEVICES.");
        if (Opened.TryGetValue(name, out Device? opened))
            return opened;
        // PoCL does not report the generic address space that ILGPU asks for, and that our kernels do without.
        DeviceOptions options = new()
        {
            Threads = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0,
            AssumeGenericAddressSpace = true,
        };
        try
        {
            opened = Device.Open(parts[0], options);
            Opened.Add(name, opened);
            return opened;
        }
        catch (DeviceUnavailableException e) when (parts[0] != "cpu" && Demanded is null)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
