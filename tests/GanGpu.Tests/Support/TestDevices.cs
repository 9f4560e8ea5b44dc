using GanGpu.Backends;
using GanGpu.Devices;

namespace GanGpu.Tests.Support;

/// <summary>
/// The devices that operations are tested on, each opened once. A missing GPU skips a test, a missing CPU fails it. The
/// environment variable GANGPU_TEST_DEVICES names the devices that must be there (a list such as "cpu,emulator,opencl"):
/// then those fail when they are missing, and all others are left out.
/// </summary>
internal static class TestDevices
{
    /// <summary>Tests that share these devices take turns: most use a backend directly, without asking for its turn.</summary>
    public const string Collection = "devices";

    private static readonly Dictionary<string, Device> Opened = [];

    private static readonly string[]? Demanded = Environment.GetEnvironmentVariable("GANGPU_TEST_DEVICES")
        ?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static TheoryData<string> Names => ["cpu", "cpu with one thread", "emulator", "opencl", "cuda"];

    public static IBackend Open(string name) => OpenDevice(name).Backend;

    /// <summary>A device of one's own, opened in another way; present and missing devices are as for <see cref="OpenDevice"/>.</summary>
    public static Device Reopen(string name, DeviceOptions options)
    {
        OpenDevice(name);
        string device = name.Split(' ')[0];
        return Device.Open(device, options with { Threads = name == device ? 2 : 1, AssumeGenericAddressSpace = true });
    }

    public static Device OpenDevice(string name)
    {
        string device = name.Split(' ')[0];
        if (Demanded is not null && !Demanded.Contains(device))
            Assert.Skip($"{device} is not among GANGPU_TEST_DEVICES.");
        lock (Opened)
        {
            if (Opened.TryGetValue(name, out Device? opened))
                return opened;
            try
            {
                opened = Device.Open(device, new DeviceOptions { Threads = name == device ? 2 : 1, AssumeGenericAddressSpace = true });
            }
            catch (DeviceUnavailableException e) when (device is "opencl" or "cuda" && Demanded is null)
            {
                Assert.Skip(e.Message);
            }

            Opened.Add(name, opened!);
            return opened!;
        }
    }
}
