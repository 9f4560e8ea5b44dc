using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GanGpu.Backends;

/// <summary>
/// An ILGPU accelerator as a backend: CUDA, OpenCL and the emulator. All launches and copies go through one stream in
/// order. It is not the accelerator's default stream, since CUDA's default stream can't be captured into a graph.
/// ILGPU's OpenCL launches set their arguments on a shared kernel object, which is another reason for
/// <see cref="Turns"/>.
/// </summary>
internal sealed class IlgpuBackend : IBackend, IGpu
{
    // With more elements, the index of a group's last thread could exceed an int.
    private const int MostElements = int.MaxValue - 4095;

    private readonly Accelerator accelerator;
    private readonly string deviceName;
    private readonly MemoryBudget memory;
    private readonly Dictionary<Type, object> kernels = [];
    private readonly List<MemoryBuffer1D<float, Stride1D.Dense>> scratch = [];
    private long liveBuffers;
    private bool disposed;
    private readonly HashSet<nint> graphs = [];
    private readonly List<WeakReference<IlgpuUpload>> uploads = [];

    /// <summary>The memory of the buffers, as far as nobody freed or forgot it.</summary>
    private readonly ConditionalWeakTable<MemoryBuffer, object?> blocks = [];

    /// <summary>The accelerator's owner disposes it, after this backend.</summary>
    public IlgpuBackend(
        Accelerator accelerator, string deviceName, MatrixPrecision precision = MatrixPrecision.Float32,
        long? memoryLimit = null)
    {
        this.accelerator = accelerator;
        this.deviceName = deviceName;
        Precision = precision;
        memory = new(deviceName, memoryLimit);
        Stream = accelerator.CreateStream();
        Loader = new(accelerator);
    }

    /// <summary>The stream to which everything is issued.</summary>
    public AcceleratorStream Stream { get; }

    public KernelLoader Loader { get; }

    public MatrixPrecision Precision { get; }

    public DeviceTurns Turns { get; } = new();

    public DeviceTurn Turn(object user)
    {
        DeviceTurn turn = Turns.Take(user);
        try
        {
            if (accelerator.Context.IsDisposed)
                throw new ObjectDisposedException(
                    "ILGPU.Context", $"The ILGPU context of {deviceName} was disposed; dispose it after the device.");
            // A driver's context is bound to a thread, and this may be another thread than the last.
            accelerator.Bind();
            return turn;
        }
        catch
        {
            // A failed device must not keep everybody else waiting.
            turn.Dispose();
            throw;
        }
    }

    public int RowsFactor
    {
        get => Loader.RowsFactor;
        set => Loader.RowsFactor = value;
    }

    public long LiveBuffers => Interlocked.Read(ref liveBuffers);

    public long AllocatedBytes => memory.Used;

    public long FreeBytes
    {
        get
        {
            using DeviceTurn turn = Turn(this);
            return memory.Left
                ?? (accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : accelerator.MemorySize - memory.Used);
        }
    }

    public long LargestBlock => accelerator is CLAccelerator
        ? ((CLDevice)accelerator.Device).GetDeviceInfo<long>(CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        : long.MaxValue;

    // CUDA allocates memory in pages of 2 MiB, and a trainer has some twenty blocks; modules are loaded as kernels are
    // bound.
    public long ReservedBytes => accelerator is CudaAccelerator && memory.Left is null ? 64 << 20 : 0;

    public bool HasOwnMemory => true;

    public Upload OpenUpload(int bytes)
    {
        using DeviceTurn turn = Turn(this);
        IlgpuUpload upload = new(this, accelerator, bytes);
        uploads.RemoveAll(other => !other.TryGetTarget(out _));
        uploads.Add(new(upload));
        return upload;
    }

    public DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged
    {
        using DeviceTurn turn = Turn(this);
        MemoryBuffer1D<T, Stride1D.Dense> block = AllocateMemory<T>(length);
        blocks.Add(block, null);
        IlgpuBuffer<T> buffer = new(this, block);
        Interlocked.Increment(ref liveBuffers);
        return buffer;
    }

    public string? Remark { get; private set; }

    public IReplay Sequence(IReadOnlyList<Action> actions)
    {
        // After a failure, further attempts would fail as well.
        if (accelerator is not CudaAccelerator cuda || Stream is not CudaStream stream || Remark is not null)
            return new IssuedSingly(actions);
        try
        {
            CudaGraphFunctions functions = CudaGraphFunctions.Driver
                ?? throw new CudaGraphException(CudaGraphFunctions.Missing!);
            return new CudaGraph(this, cuda, stream, functions, actions);
        }
        catch (Exception e) when (e is CudaGraphException or CudaException)
        {
            Remark =
                $"{deviceName} runs no CUDA graphs ({e.Message}): kernels are launched one by one, with the same " +
                "results in more time.";
            return new IssuedSingly(actions);
        }
    }

    public void Synchronize()
    {
        using DeviceTurn turn = Turn(this);
        Stream.Synchronize();
    }

    /// <exception cref="InvalidOperationException">The device was opened without
    /// <c>DeviceOptions.Profiling</c>.</exception>
    public double[] Time(IReadOnlyList<Action> actions)
    {
        if (!accelerator.Context.Properties.EnableProfiling)
            throw new InvalidOperationException(
                $"{deviceName} keeps no time: open it with DeviceOptions.Profiling.");
        List<ProfilingMarker> markers = [Stream.AddProfilingMarker()];
        try
        {
            foreach (Action action in actions)
            {
                action();
                markers.Add(Stream.AddProfilingMarker());
            }

            Synchronize();
            return [.. markers.Skip(1).Select((marker, i) => marker.MeasureFrom(markers[i]).TotalMicroseconds)];
        }
        finally
        {
            foreach (ProfilingMarker marker in markers)
                marker.Dispose();
        }
    }

    public Action Bind<TLaunch>(TLaunch launch)
        where TLaunch : struct, ILaunch
    {
        launch.Check();
        return launch.Bind((IGpu)this);
    }

    public TKernels Kernels<TKernels>(Func<IGpu, TKernels> load)
        where TKernels : class
    {
        if (!kernels.TryGetValue(typeof(TKernels), out object? loaded))
            kernels.Add(typeof(TKernels), loaded = load(this));
        return (TKernels)loaded;
    }

    public (Action Issue, double Flops) ArithmeticPeak()
    {
        ArithmeticPeakGpu peak = ArithmeticPeakGpu.Of(this);
        return (peak.Bind(Stream, Scratch(peak.Threads)), peak.Flops);
    }

    /// <summary>Frees the memory of one of this backend's buffers.</summary>
    public void Release(MemoryBuffer block)
    {
        using DeviceTurn turn = Turns.TakeToDispose(this);
        Forgotten(block.LengthInBytes);
        // Freed already if the backend was disposed before.
        if (blocks.Remove(block))
            block.Dispose();
    }

    /// <summary>A buffer was collected; ILGPU frees its memory.</summary>
    public void Forgotten(long bytes)
    {
        Interlocked.Decrement(ref liveBuffers);
        memory.Give(bytes);
    }

    /// <summary>A graph was made.</summary>
    public void Keep(nint graph)
    {
        lock (graphs)
            graphs.Add(graph);
    }

    /// <summary>Destroys a graph, once. The driver finishes launches in flight nevertheless.</summary>
    public void Destroy(nint graph, CudaGraphFunctions functions)
    {
        // No turn: a finalizer must not wait for a training.
        lock (graphs)
        {
            if (!graphs.Remove(graph))
                return;
            accelerator.Bind();
            functions.End(graph);
        }
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        try
        {
            Stream.Synchronize();
        }
        catch (AcceleratorException)
        {
            // A device that failed runs nothing any more.
        }

        // Graphs and uploads whose owners outlive the device: the driver could not destroy them any more.
        foreach (WeakReference<IlgpuUpload> upload in uploads)
        {
            if (upload.TryGetTarget(out IlgpuUpload? open))
                open.Dispose();
        }

        lock (graphs)
        {
            foreach (nint graph in graphs)
            {
                accelerator.Bind();
                CudaGraphFunctions.Driver!.End(graph);
            }

            graphs.Clear();
        }

        foreach (var block in scratch)
            block.Dispose();
        foreach ((MemoryBuffer block, _) in blocks)
            block.Dispose();
        blocks.Clear();
        Loader.Dispose();
        Stream.Dispose();
    }

    /// <summary>Whether a block that a program gave lies on the accelerator, and is there.</summary>
    public void CheckShared(MemoryBuffer block)
    {
        if (block.Accelerator != accelerator)
            throw new ArgumentException(
                $"A view passed to {deviceName} lies in other memory than that of the device's accelerator.");
        if (block.IsDisposed)
            throw new ObjectDisposedException(
                "ILGPU.Runtime.MemoryBuffer", $"The buffer of a view passed to {deviceName} was disposed.");
    }

    public ArrayView<T> View<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Buffer is not IlgpuBuffer<T> buffer || buffer.Backend != this)
            throw new ArgumentException($"A buffer passed to {deviceName} belongs to another device.");
        LaunchChecks.Inside(slice);
        if (slice.Length > MostElements)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"A slice of {slice.Length:N0} elements is more than a kernel can number, {MostElements:N0}."));
        return buffer.View.SubView(slice.Offset, slice.Length);
    }

    /// <summary>
    /// Memory for partial sums, shared by all launches, since they run in order. It grows by doubling, and smaller
    /// blocks are kept, since launches bound earlier use them.
    /// </summary>
    public ArrayView<float> Scratch(int length)
    {
        if (length == 0)
            return default;
        if (scratch.Count == 0 || scratch[^1].Length < length)
            scratch.Add(
                AllocateMemory<float>(scratch.Count == 0 ? length
                    : (int)Math.Max(length, Math.Min(2 * scratch[^1].Length, int.MaxValue))));
        return scratch[^1].View.BaseView;
    }

    private MemoryBuffer1D<T, Stride1D.Dense> AllocateMemory<T>(int length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        long bytes = (long)length * Interop.SizeOf<T>();
        memory.Take(bytes);
        try
        {
            return accelerator.Allocate1D<T>(length);
        }
        catch (Exception e) when (e is OutOfMemoryException
            || e is CudaException { Error: "CUDA_ERROR_OUT_OF_MEMORY" }
            || e is CLException
            {
                Error: CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES
                    or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE
            })
        {
            memory.Give(bytes);
            string free = accelerator is CudaAccelerator cuda
                ? FormattableString.Invariant(
                    $"{cuda.GetFreeMemory():N0} of its {accelerator.MemorySize:N0} bytes are free")
                : accelerator is CLAccelerator
                    ? FormattableString.Invariant($"it has {accelerator.MemorySize:N0} bytes in all")
                    : "the process has not that much";
            throw new DeviceOutOfMemoryException(
                FormattableString.Invariant(
                    $"{deviceName} has not enough memory for a block of {bytes:N0} bytes: {free}."), e);
        }
    }
}
