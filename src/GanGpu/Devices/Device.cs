using System.Globalization;
using GanGpu.Backends;
using GanGpu.Devices;
using GanGpu.Kernels.Host;
using ILGPU.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GanGpu;

/// <summary>
/// A device that networks are trained on: a GPU through CUDA or OpenCL, or the processor. It owns everything that was
/// created for it, and is to be disposed after what uses it.
/// </summary>
/// <remarks>
/// Safe for use from several threads: so is everything that is made for a device, beside whatever else is made for it.
/// What uses the device takes turns, in the order of asking: a turn is a step of a training, a block of up to 64
/// samples, or one of the pieces that a measurement is done in. Results have the bits that they have alone. Only
/// generators whose weights nobody changes draw beside others, see <see cref="Generator"/>. On two cores or more, two
/// trainings at once are faster with a device each, opened with part of the threads
/// (<see cref="DeviceOptions.Threads"/>). Dispose at any moment: it waits for the turn under way, and whatever still
/// uses the device ends with <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class Device : IDisposable, IAsyncDisposable
{
    private readonly IDisposable[] owned;
    private readonly IBackend backend;
    private volatile bool disposed;

    private Device(string asked, DeviceCandidate candidate, DeviceOptions options, IBackend backend, IDisposable[] owned)
    {
        this.owned = owned;
        Name = candidate.Info.Name;
        Kind = candidate.Kind;
        Precision = options.Precision;
        Description = candidate.Info.Description;
        this.backend = backend;
        DataSetBytes = options.DataSetBytes;
        Logger = options.Logger ?? NullLogger.Instance;
        Asked = asked;
        Options = options;
    }

    /// <summary>What opens this device again, such as "cuda:0".</summary>
    public string Name { get; }

    /// <summary>What runs the kernels.</summary>
    public DeviceKind Kind { get; }

    /// <summary>What the factors of large matrix products are rounded to.</summary>
    public MatrixPrecision Precision { get; }

    /// <summary>One line with the device's name and figures.</summary>
    public string Description { get; }

    /// <summary>
    /// What is worth telling about how it works on this machine, such as CUDA graphs that its driver refuses; null
    /// where there is nothing.
    /// </summary>
    public string? Remark => backend.Remark;

    /// <summary>
    /// Buffers allocated on the device and not yet disposed, which is 0 once everything that used it is.
    /// </summary>
    public long LiveBuffers => backend.LiveBuffers;

    internal IBackend Backend
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return backend;
        }
    }

    /// <summary>See <see cref="DeviceOptions.Logger"/>.</summary>
    internal ILogger Logger { get; }

    /// <summary>The name that it was asked for by, such as "auto".</summary>
    internal string Asked { get; }

    /// <summary>What it was opened with.</summary>
    internal DeviceOptions Options { get; }

    /// <summary>See <see cref="DeviceOptions.DataSetBytes"/>.</summary>
    internal long? DataSetBytes { get; }

    /// <summary>
    /// Opens a device: "auto" (the first usable of an NVIDIA GPU, an OpenCL GPU, the processor), "cuda", "cuda:1",
    /// "opencl", "opencl:0", "cpu", or "emulator".
    /// </summary>
    /// <param name="name">Which device.</param>
    /// <param name="options">How it is opened.</param>
    /// <exception cref="InvalidInputException">There is no such name, or an option is out of range.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there, or does not start.</exception>
    public static Device Open(string name = "auto", DeviceOptions? options = null)
    {
        DeviceName wanted = DeviceName.Parse(name);
        IReadOnlyList<DeviceCandidate> found = DeviceSearch.Find(options = Checked(options));
        DeviceCandidate candidate = Choose(wanted, found);
        if (!candidate.Info.Usable || candidate.Start is null)
            throw new DeviceUnavailableException(
                $"The device \"{name}\" can't be used: {candidate.Info.Reason}.{Found(found)}");

        return Start(name, candidate, options, found);
    }

    /// <summary>A device of a program's own ILGPU accelerator: CUDA, OpenCL or ILGPU's emulator of a GPU.</summary>
    /// <remarks>
    /// The accelerator and its context stay the program's, and are to be disposed after the device; disposing the device
    /// frees what was allocated for it. If the accelerator is disposed first, its disposal waits for the turn under way,
    /// and whatever still uses the device ends with <see cref="ObjectDisposedException"/>. An accelerator may have several
    /// devices. Everything runs in a stream of the device's own, and a call that takes or gives values returns when they
    /// are there; a program may use the accelerator at the same time from any thread. A GPU that is lost is lost for
    /// both.
    /// </remarks>
    /// <param name="accelerator">The accelerator. Its context has been built with <c>Optimize(OptimizationLevel.O2)</c>,
    /// and with ILGPU's defaults for precision, inlining and page locking; algorithms may be enabled or not. Groups have
    /// at least 64 threads: an emulator is made of <c>new CPUDevice(8, 8, 1)</c> for example.</param>
    /// <param name="options">As for <see cref="Open"/>; <see cref="DeviceOptions.Profiling"/> needs a context with
    /// profiling.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    /// <exception cref="DeviceUnavailableException">The accelerator, or how its context was built, does not fit, and the
    /// message says why.</exception>
    /// <exception cref="ObjectDisposedException">The accelerator or its context was disposed.</exception>
    public static Device Of(Accelerator accelerator, DeviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ObjectDisposedException.ThrowIf(accelerator.IsDisposed, accelerator);
        ObjectDisposedException.ThrowIf(accelerator.Context.IsDisposed, accelerator.Context);
        DeviceCandidate candidate = DeviceSearch.Of(accelerator, options = Checked(options));
        return Start(candidate.Info.Name, candidate, options, []);
    }

    private static Device Start(
        string asked, DeviceCandidate candidate, DeviceOptions options, IReadOnlyList<DeviceCandidate> found)
    {
        if (options is { Precision: not MatrixPrecision.Float32 } && !candidate.HasTensorCores)
        {
            throw new DeviceUnavailableException(
                $"The device \"{candidate.Info.Name}\" ({candidate.Info.Description}) has no {options.Precision} " +
                "products: they need a CUDA device of compute capability 8.0 or above. Leave the precision at " +
                $"{nameof(MatrixPrecision.Float32)}.{Found(found)}");
        }

        try
        {
            (IBackend backend, IDisposable[] owned) = candidate.Start!();
            Device device = new(asked, candidate, options, backend, owned);
            device.Logger.Opened(device, found.Where(other => !other.Info.Usable).Select(other => other.Info));
            return device;
        }
        catch (Exception e)
            when (e is AcceleratorException or NotSupportedException or EntryPointNotFoundException
                or TypeInitializationException)
        {
            throw new DeviceUnavailableException(
                $"The device \"{candidate.Info.Name}\" ({candidate.Info.Description}) does not start: {e.Message}." +
                Found(found), e);
        }
    }

    /// <summary>Every device of this machine, and for each kind without one the reason.</summary>
    /// <param name="options">How the devices would be opened.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static IReadOnlyList<DeviceInfo> List(DeviceOptions? options = null) =>
        [.. DeviceSearch.Find(Checked(options)).Select(c => c.Info)];

    /// <summary>
    /// Waits for the turn under way, then frees all memory and ends all threads of the device; an accelerator that it
    /// was made of stays.
    /// </summary>
    public void Dispose()
    {
        if (disposed)
            return;
        using DeviceTurn turn = backend.Turns.TakeLast(this);
        if (disposed)
            return;
        disposed = true;
        backend.Dispose();
        for (int i = owned.Length - 1; i >= 0; i--)
            owned[i].Dispose();
    }

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => disposed ? ValueTask.CompletedTask : new(Task.Run(Dispose));

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Description}";

    private static DeviceOptions Checked(DeviceOptions? options)
    {
        options ??= new();
        return options.Threads is >= 0 and <= ThreadTeam.MostThreads
            ? options
            : throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The number of threads can be 1 to {ThreadTeam.MostThreads}, or 0 for one per core, but is " +
                    $"{options.Threads}."));
    }

    private static DeviceCandidate Choose(DeviceName wanted, IReadOnlyList<DeviceCandidate> found)
    {
        // The processor is always there, so "auto" always finds something. An OpenCL driver for the processor is not
        // it: the project's own code for the processor is faster.
        if (wanted.Kind is not { } kind)
            return found.First(c => c.Info.Usable && (c.IsGpu || c.Kind == DeviceKind.Cpu));

        DeviceCandidate[] ofKind = [.. found.Where(c => c.Kind == kind)];
        if (wanted.Index is { } index)
        {
            string name = ofKind[0].Info.Name;
            if (index < ofKind.Length && ofKind[index].Start is not null)
                return ofKind[index];
            string reason = ofKind[0].Start is null
                ? ofKind[0].Info.Reason!
                : $"the last one is {ofKind[^1].Info.Name}";
            throw new DeviceUnavailableException(
                FormattableString.Invariant(
                    $"The device \"{name.Split(':')[0]}:{index}\" can't be used: {reason}.{Found(found)}"));
        }

        return ofKind.FirstOrDefault(c => c.Info.Usable && c.IsGpu) ?? ofKind.FirstOrDefault(c => c.Info.Usable)
            ?? ofKind[0];
    }

    private static string Found(IReadOnlyList<DeviceCandidate> found) =>
        found.Count == 0 ? "" : " Devices found: " + string.Join("; ", found.Where(c => c.Start is not null).Select(c =>
            c.Info.Usable ? c.Info.Name : $"{c.Info.Name} (not usable: {c.Info.Reason})")) + ".";
}
