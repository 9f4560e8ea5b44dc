using System.Runtime.CompilerServices;
using GanGpu.Backends;
using GanGpu.Tests.Kernels;

namespace GanGpu.Tests.Support;

/// <summary>
/// The devices that operations are tested on, each opened once for each of two collections of tests. A missing GPU
/// skips a test, a missing CPU fails it. The environment variable GANGPU_TEST_DEVICES names the devices that must be
/// there (a list such as "cpu,emulator,opencl"): then those fail when they are missing, and all others are left out.
/// </summary>
internal static class TestDevices
{
    /// <summary>
    /// Tests that share these devices take turns: most use a backend directly, without asking for its turn.
    /// </summary>
    public const string Collection = "devices";

    /// <summary>
    /// The same for tests of whole networks and trainings, which have devices of their own, so that they run beside
    /// those of operations.
    /// </summary>
    public const string OfNetworks = "devices of networks";

    private static readonly Dictionary<(string? Collection, string Name), Device> Opened = [];

    private static readonly string[]? Demanded = Environment.GetEnvironmentVariable("GANGPU_TEST_DEVICES")
        ?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>
    /// Of PoCL's two ways to compile a kernel the quicker one, for each kernel of a test runs a few times. Before any
    /// test begins: the C library's variables must not change while another thread reads them.
    /// </summary>
    [ModuleInitializer]
    public static void CompileQuickly() => NativeEnvironment.SetDefault("POCL_WORK_GROUP_METHOD", "loops");

    /// <summary>
    /// The devices of tests of operations. With narrower vectors those of the host's kernels, once: what threads share
    /// is no matter of width.
    /// </summary>
    public static TheoryData<string> Names =>
        VectorWidthTests.IsNarrowed ? ["cpu"] : ["cpu", "cpu with one thread", "emulator", "opencl", "cuda"];

    /// <summary>
    /// Whether a device is the processor with the kernels of its own, of which none takes a compiler.
    /// </summary>
    public static bool IsHost(string name) => name.StartsWith("cpu", StringComparison.Ordinal);

    /// <summary>Whether GANGPU_TEST_DEVICES, if it is set, names a device.</summary>
    public static bool IsWanted(string device) => Demanded is null || Demanded.Contains(device);

    /// <summary>Whether GANGPU_TEST_DEVICES names one device, and this one.</summary>
    public static bool IsOnly(string device) => Demanded is [string only] && only == device;

    /// <summary>
    /// Whether a device is interpreted: the emulator, or the PTX of CUDA's kernels behind the stub driver. Both are for
    /// small shapes; what is large is for the other devices. The emulator takes half a millisecond for each barrier,
    /// since a group of 64 is 64 threads of the system.
    /// </summary>
    public static bool IsInterpreted(string name) =>
        name == "emulator" || (name == "cuda" && Environment.GetEnvironmentVariable("GANGPU_STUB_LOG") is not null);

    /// <summary>
    /// Of the sizes or shapes of a test those that the emulator is to bear: the first so many, which are the small
    /// ones.
    /// </summary>
    public static IEnumerable<T> Bearable<T>(string name, IEnumerable<T> sizes, int few = 3) =>
        name == "emulator" ? sizes.Take(few) : sizes;

    /// <summary>Whether kernels are run by ILGPU's emulator.</summary>
    public static bool IsEmulator(this IBackend backend) =>
        backend is IlgpuBackend { Stream.Accelerator.AcceleratorType: ILGPU.Runtime.AcceleratorType.CPU };

    public static IBackend Open(string name) => OpenDevice(name).Backend;

    /// <summary>
    /// A device of one's own, opened in another way; present and missing devices are as for <see cref="OpenDevice"/>.
    /// </summary>
    public static Device Reopen(string name, DeviceOptions options)
    {
        OpenDevice(name);
        string device = name.Split(' ')[0];
        return Device.Open(device, options with { Threads = name == device ? 2 : 1, AssumeGenericAddressSpace = true });
    }

    public static Device OpenDevice(string name)
    {
        string device = name.Split(' ')[0];
        if (!IsWanted(device))
            Assert.Skip($"{device} is not among GANGPU_TEST_DEVICES.");
        if (device == "emulator" && !IsOnly(device))
            Assert.Skip(
                $"Run by {nameof(EmulatorTests)}, in a process of its own; to run it here, set GANGPU_TEST_DEVICES " +
                "to emulator alone.");
        (string?, string) key = (TestContext.Current.TestCollection?.TestCollectionDisplayName, name);
        lock (Opened)
        {
            if (Opened.TryGetValue(key, out Device? opened))
                return opened;
            try
            {
                opened = Device.Open(
                    device, new DeviceOptions { Threads = name == device ? 2 : 1, AssumeGenericAddressSpace = true });
            }
            catch (DeviceUnavailableException e) when (device is "opencl" or "cuda" && Demanded is null)
            {
                Assert.Skip(e.Message);
            }

            Opened.Add(key, opened!);
            return opened!;
        }
    }
}
