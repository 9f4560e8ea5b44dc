using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using GanGpu.Backends;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuDevice = ILGPU.Runtime.Device;

namespace GanGpu.Devices;

/// <summary>Looks for devices, in the order in which "auto" prefers them.</summary>
internal static class DeviceSearch
{
    private const string WhyNoCode =
        "this program was compiled ahead of time, and kernels are compiled when it runs; publish it without PublishAot";

    private static readonly (DeviceKind Kind, string Name, string Description)[] Compiled =
        [(DeviceKind.Cuda, "cuda", "NVIDIA GPU"), (DeviceKind.OpenCl, "opencl", "OpenCL device")];

    /// <summary>
    /// One search at a time. A driver starts when it is first asked for devices, and not each bears a second question
    /// meanwhile: PoCL 3.1 answers with devices that have no name yet, which ends the process.
    /// </summary>
    private static readonly Lock Searching = new();

    /// <summary>Every device of the machine; a kind without any has one entry that says why.</summary>
    public static IReadOnlyList<DeviceCandidate> Find(DeviceOptions options)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return [.. Compiled.Select(kind => Absent(kind.Kind, kind.Name, kind.Description, WhyNoCode)), Cpu(options),
                Absent(DeviceKind.Emulator, "emulator", "ILGPU's emulated GPU", WhyNoCode)];
        NativeLibraries.Install();
        lock (Searching)
            return [.. FindCuda(options), .. FindOpenCl(options), Cpu(options), Emulator(options)];
    }

    private static IEnumerable<DeviceCandidate> FindCuda(DeviceOptions options)
    {
        ImmutableArray<IlgpuDevice> devices = CudaDevice.GetDevices(_ => true);
        if (devices.IsEmpty)
        {
            yield return Absent(DeviceKind.Cuda, "cuda", "NVIDIA GPU", WhyNoCuda());
        }

        for (int i = 0; i < devices.Length; i++)
        {
            var device = (CudaDevice)devices[i];
            string name = string.Create(CultureInfo.InvariantCulture, $"cuda:{i}");
            string description = string.Create(CultureInfo.InvariantCulture,
                $"{device.Name.Trim()}, compute capability " +
                $"{device.Architecture?.Major}.{device.Architecture?.Minor}, {device.NumMultiprocessors} SMs, " +
                $"{device.ClockRate} MHz, {Processor.Gibibytes(device.MemorySize)}, driver for CUDA " +
                $"{device.DriverVersion.Major}.{device.DriverVersion.Minor}");
            string? reason = device.InstructionSet is null
                ? "its driver is too old for the instruction set ILGPU writes" : null;
            yield return new(DeviceKind.Cuda, new(name, description, reason is null, reason), IsGpu: true,
                () => StartIlgpu(device.CreateCudaAccelerator, name, options), HasTensorCores: device.Architecture
                    >= CudaArchitecture.SM_80);
        }
    }

    private static IEnumerable<DeviceCandidate> FindOpenCl(DeviceOptions options)
    {
        ImmutableArray<IlgpuDevice> devices = CLDevice.GetDevices(_ => true);
        if (devices.IsEmpty)
            yield return Absent(DeviceKind.OpenCl, "opencl", "OpenCL device", WhyNoOpenCl());

        for (int i = 0; i < devices.Length; i++)
        {
            var device = (CLDevice)devices[i];
            string name = string.Create(CultureInfo.InvariantCulture, $"opencl:{i}");
            string? reason = null;
            string assumed = "";
            if (device.CLStdVersion < CLBackend.MinimumVersion)
            {
                reason = $"it offers {device.CLStdVersion}, and {CLBackend.MinimumVersion} is needed";
            }
            else if (!device.Capabilities.GenericAddressSpace)
            {
                if (options.AssumeGenericAddressSpace)
                {
                    SetGenericAddressSpace(device.Capabilities, true);
                    assumed = " (generic address space assumed, not reported by the driver)";
                }
                else
                {
                    reason =
                        "its driver reports no generic address space; it may work all the same: try it with " +
                        $"{nameof(DeviceOptions)}.{nameof(DeviceOptions.AssumeGenericAddressSpace)}";
                }
            }

            string description = string.Create(CultureInfo.InvariantCulture,
                $"{device.Name.Trim()}, {device.NumMultiprocessors} compute units, {device.ClockRate} MHz, " +
                $"{Processor.Gibibytes(device.MemorySize)}, {device.PlatformName.Trim()}, OpenCL " +
                $"{device.DeviceVersion.Major}.{device.DeviceVersion.Minor}{assumed}");
            bool isGpu = (device.DeviceType & CLDeviceType.CL_DEVICE_TYPE_GPU) != 0;
            yield return new(DeviceKind.OpenCl, new(name, description, reason is null, reason), isGpu,
                () => StartIlgpu(device.CreateCLAccelerator, name, options));
        }
    }

    // 100 is CUDA_ERROR_NO_DEVICE; other numbers are worth naming, 803 for one is a driver whose two halves do not
    // match.
    private static string WhyNoCuda() => NativeLibraries.StartCuda() switch
    {
        null => "no NVIDIA driver (libcuda was not found)",
        0 or 100 => "the NVIDIA driver is installed but reports no device",
        int error =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"the NVIDIA driver is installed but does not start (CUDA error {error})"),
    };

    private static string WhyNoOpenCl()
    {
        if (!NativeLibraries.CanLoad("OpenCL"))
            return "no OpenCL loader (libOpenCL was not found)";
        bool platforms = CLAPI.CurrentAPI.IsSupported
            && CLAPI.CurrentAPI.GetNumPlatforms(out int count) == CLError.CL_SUCCESS && count > 0;
        return platforms ? "the installed OpenCL platforms report no device"
            : "an OpenCL loader is installed, but no platform (a device's driver)";
    }

    private static DeviceCandidate Cpu(DeviceOptions options) =>
        new(DeviceKind.Cpu, new("cpu", Processor.Describe(options.Threads), true, null), IsGpu: false,
            () => (new HostBackend(options.Threads, options.MemoryBytes), []));

    // 64 threads are what the kernels that use shared memory need; each is an operating-system thread.
    private static DeviceCandidate Emulator(DeviceOptions options) =>
        new(DeviceKind.Emulator,
            new("emulator", "ILGPU's emulated GPU, groups of up to 64 threads; slow, for finding faults in kernels",
                true, null), IsGpu: false,
            () => StartIlgpu(
                context => new CPUDevice(8, 8, 1).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel),
                "emulator", options));

    private static DeviceCandidate Absent(DeviceKind kind, string name, string description, string reason) =>
        new(kind, new(name, description, false, reason), IsGpu: false, null);

    /// <summary>
    /// Each device has its own context: a kernel that ILGPU can't compile may leave its context unusable.
    /// </summary>
    private static (IBackend Backend, IDisposable[] Owned) StartIlgpu(
        Func<Context, Accelerator> create, string name, DeviceOptions options)
    {
        Context context = Context.Create(builder => _ = options.Profiling
            ? builder.Optimize(OptimizationLevel.O2).Profiling()
            : builder.Optimize(OptimizationLevel.O2));
        Accelerator? accelerator = null;
        try
        {
            accelerator = create(context);
            return (new IlgpuBackend(accelerator, name, options.Precision, options.MemoryBytes),
                [context, accelerator]);
        }
        catch
        {
            accelerator?.Dispose();
            context.Dispose();
            throw;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_GenericAddressSpace")]
    private static extern void SetGenericAddressSpace(CLCapabilityContext capabilities, bool value);
}
