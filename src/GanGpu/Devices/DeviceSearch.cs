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

    /// <summary>Threads of a group that kernels with shared memory need.</summary>
    private const int LeastGroup = 64;

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

    /// <summary>The device that a program's own accelerator makes, which stays the program's.</summary>
    /// <exception cref="DeviceUnavailableException">The accelerator lacks what kernels need.</exception>
    public static DeviceCandidate Of(Accelerator accelerator, DeviceOptions options)
    {
        (DeviceKind kind, string name, string description) = accelerator.Device switch
        {
            CudaDevice cuda =>
                (DeviceKind.Cuda, FormattableString.Invariant($"cuda:{cuda.DeviceId}"), Describe(cuda)),
            CLDevice cl => (DeviceKind.OpenCl, NameOf(cl), Describe(cl)),
            _ => (DeviceKind.Emulator, "emulator",
                $"ILGPU's emulated GPU, groups of up to {accelerator.MaxNumThreadsPerGroup} threads"),
        };
        if (WhyUnfit(accelerator, options) is { } reason)
            throw new DeviceUnavailableException($"The accelerator \"{accelerator.Name}\" can't be a device: {reason}.");
        return new(
            kind, new(name, $"{description} (the program's own accelerator)", true, null), IsGpu: false,
            () =>
            {
                IlgpuBackend backend = new(accelerator, name, options.Precision, options.MemoryBytes);
                return (backend, [new AcceleratorEnd(accelerator, backend)]);
            },
            accelerator.Device is CudaDevice device && HasTensorCores(device));
    }

    private static string? WhyUnfit(Accelerator accelerator, DeviceOptions options)
    {
        ContextProperties context = accelerator.Context.Properties;
        return !RuntimeFeature.IsDynamicCodeSupported ? WhyNoCode
            : context.OptimizationLevel < OptimizationLevel.O2
                ? "its context was built without Optimize(OptimizationLevel.O2), which kernels need"
            : context.MathMode != MathMode.Default
                ? $"its context was built with MathMode.{context.MathMode}, and kernels need MathMode.Default"
            : context.InliningMode != InliningMode.Default
                ? $"its context was built with InliningMode.{context.InliningMode}, and kernels need everything inlined"
            // ILGPU 1.5.3 copies to the default stream then, whatever stream it is asked for.
            : context.PageLockingMode == PageLockingMode.Aggressive
                ? "its context was built with PageLockingMode.Aggressive, with which copies are not in order"
            : options.Profiling && !context.EnableProfiling
                ? "its context was built without Profiling(), which DeviceOptions.Profiling needs"
            : accelerator.MaxNumThreadsPerGroup < LeastGroup
                ? FormattableString.Invariant($"its groups have {accelerator.MaxNumThreadsPerGroup} threads at most, ") +
                    $"and kernels need {LeastGroup}, which an emulator made of new CPUDevice(8, 8, 1) has"
            : null;
    }

    private static string NameOf(CLDevice device)
    {
        lock (Searching)
        {
            List<nint> all = [.. CLDevice.GetDevices(_ => true).Select(other => ((CLDevice)other).DeviceId)];
            int index = all.IndexOf(device.DeviceId);
            return index < 0 ? "opencl" : FormattableString.Invariant($"opencl:{index}");
        }
    }

    private static string Describe(CudaDevice device) => string.Create(CultureInfo.InvariantCulture,
        $"{device.Name.Trim()}, compute capability " +
        $"{device.Architecture?.Major}.{device.Architecture?.Minor}, {device.NumMultiprocessors} SMs, " +
        $"{device.ClockRate} MHz, {Processor.Gibibytes(device.MemorySize)}, driver for CUDA " +
        $"{device.DriverVersion.Major}.{device.DriverVersion.Minor}");

    private static string Describe(CLDevice device) => string.Create(CultureInfo.InvariantCulture,
        $"{device.Name.Trim()}, {device.NumMultiprocessors} compute units, {device.ClockRate} MHz, " +
        $"{Processor.Gibibytes(device.MemorySize)}, {device.PlatformName.Trim()}, OpenCL " +
        $"{device.DeviceVersion.Major}.{device.DeviceVersion.Minor}");

    private static bool HasTensorCores(CudaDevice device) => device.Architecture >= CudaArchitecture.SM_80;

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
            string? reason = device.InstructionSet is null
                ? "its driver is too old for the instruction set ILGPU writes" : null;
            yield return new(DeviceKind.Cuda, new(name, Describe(device), reason is null, reason), IsGpu: true,
                () => StartIlgpu(device.CreateCudaAccelerator, name, options), HasTensorCores(device));
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

            bool isGpu = (device.DeviceType & CLDeviceType.CL_DEVICE_TYPE_GPU) != 0;
            yield return new(
                DeviceKind.OpenCl, new(name, Describe(device) + assumed, reason is null, reason), isGpu,
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

    // Each of the threads of a group is a thread of the operating system: no more than are needed.
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
