using GanGpu.Devices;
using GanGpu.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GanGpu.Backends;

/// <summary>
/// An ILGPU accelerator as a backend: CUDA, OpenCL and the emulator. All launches and copies go through one stream in order.
/// The stream is its own and not the accelerator's default one: CUDA's default stream can't be captured into a graph.
/// Not thread-safe: ILGPU's OpenCL launches set their arguments on a shared kernel object.
/// </summary>
internal sealed class IlgpuBackend : IBackend
{
    // Beyond this, the number of a group's last thread could exceed an int.
    private const int MostElements = int.MaxValue - 4095;

    private readonly Accelerator accelerator;
    private readonly string deviceName;
    private readonly MemoryBudget memory;
    private readonly GemmGpu gemm;
    private readonly ElementwiseGpu elementwise;
    private readonly ReductionGpu reduction;
    private readonly SigmoidCrossEntropyGpu crossEntropy;
    private readonly LogitsLayerGpu logitsLayer;
    private readonly EndStepGpu endStep;
    private readonly AdamGpu adam;
    private readonly NoiseGpu noise;
    private readonly BatchGpu batch;
    private readonly ArithmeticPeakGpu peak;
    private readonly List<MemoryBuffer1D<float, Stride1D.Dense>> scratch = [];
    private readonly List<CudaGraph> graphs = [];

    /// <summary>The accelerator stays its owner's to dispose, after this backend.</summary>
    public IlgpuBackend(Accelerator accelerator, string deviceName, MatrixPrecision precision = MatrixPrecision.Float32, long? memoryLimit = null)
    {
        this.accelerator = accelerator;
        this.deviceName = deviceName;
        memory = new(deviceName, memoryLimit);
        Stream = accelerator.CreateStream();
        KernelLoader loader = new(accelerator);
        gemm = new(loader, precision);
        elementwise = new(loader);
        reduction = new(loader);
        crossEntropy = new(loader);
        logitsLayer = new(loader);
        endStep = new(loader);
        adam = new(loader);
        noise = new(loader);
        batch = new(loader);
        peak = new(loader);
    }

    /// <summary>What everything is issued to.</summary>
    public AcceleratorStream Stream { get; }

    public long LiveBuffers { get; private set; }

    public long AllocatedBytes => memory.Used;

    public long FreeBytes => memory.Left ?? (accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : accelerator.MemorySize - memory.Used);

    public long LargestBlock => accelerator is CLAccelerator
        ? ((CLDevice)accelerator.Device).GetDeviceInfo<long>(CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        : long.MaxValue;

    // CUDA gives memory in pages of 2 MiB, and a trainer has some twenty blocks; modules are loaded as kernels are bound.
    public long ReservedBytes => accelerator is CudaAccelerator && memory.Left is null ? 64 << 20 : 0;

    public bool HasOwnMemory => true;

    /// <summary>Whether the accelerator may be gone, and with it all that it owned.</summary>
    public bool IsDisposed { get; private set; }

    public Upload OpenUpload(int bytes) => new IlgpuUpload(this, accelerator, bytes);

    public DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged
    {
        IlgpuBuffer<T> buffer = new(this, AllocateMemory<T>(length));
        LiveBuffers++;
        return buffer;
    }

    public string? Remark { get; private set; }

    public IReplay Sequence(IReadOnlyList<Action> actions)
    {
        // After one failure the next ones would only fail again.
        if (accelerator is not CudaAccelerator cuda || Stream is not CudaStream stream || Remark is not null)
            return new IssuedSingly(actions);
        try
        {
            CudaGraphFunctions functions = CudaGraphFunctions.Driver ?? throw new CudaGraphException(CudaGraphFunctions.Missing!);
            CudaGraph graph = new(this, cuda, stream, functions, actions);
            graphs.Add(graph);
            return graph;
        }
        catch (Exception e) when (e is CudaGraphException or CudaException)
        {
            Remark = $"{deviceName} runs no CUDA graphs ({e.Message}): kernels are launched one by one, with the same results in more time.";
            return new IssuedSingly(actions);
        }
    }

    public void Synchronize() => Stream.Synchronize();

    /// <exception cref="InvalidOperationException">The device was opened without <see cref="DeviceOptions.Profiling"/>.</exception>
    public double[] Time(IReadOnlyList<Action> actions)
    {
        if (!accelerator.Context.Properties.EnableProfiling)
            throw new InvalidOperationException($"{deviceName} keeps no time: open it with {nameof(DeviceOptions)}.{nameof(DeviceOptions.Profiling)}.");
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

    public (Action Issue, double Flops) ArithmeticPeak() => (peak.Bind(Stream, Scratch(peak.Threads)), peak.Flops);

    public Action Gemm(GemmShape shape, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        LaunchArguments.Gemm(shape, a, b, c, epilogue);
        return gemm.Bind(Stream, Operands(new(shape, a, b, c, epilogue)));
    }

    public Action GemmPair(GemmLaunch weights, GemmLaunch inputs)
    {
        LaunchArguments.GemmPair(weights, inputs);
        return gemm.BindPair(Stream, Operands(weights), Operands(inputs));
    }

    public Action AddBias(int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y)
    {
        LaunchArguments.AddBias(rows, columns, x, bias, y);
        return elementwise.BindAddBias(Stream, columns, View(x), View(bias), View(y));
    }

    public Action Activate(Activation activation, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Activate(x, y);
        return elementwise.BindActivate(Stream, activation, View(x), View(y));
    }

    public Action ActivationGradient(Activation activation, Slice<float> dy, Slice<float> y, Slice<float> dx)
    {
        LaunchArguments.ActivationGradient(dy, y, dx);
        return elementwise.BindActivationGradient(Stream, activation, View(dy), View(y), View(dx));
    }

    public Action ColumnSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.ColumnSums(rows, columns, x, sums);
        return reduction.BindColumnSums(Stream, rows, columns, View(x), View(sums), Scratch(ReductionGpu.ColumnSumsScratch(rows, columns)));
    }

    public Action BroadcastRows(int rows, int columns, Slice<float> row, Slice<float> y)
    {
        LaunchArguments.BroadcastRows(rows, columns, row, y);
        return elementwise.BindBroadcastRows(Stream, columns, View(row), View(y));
    }

    public Action Add(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Add), a, b, y);
        return elementwise.BindAdd(Stream, View(a), View(b), View(y));
    }

    public Action Multiply(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Multiply), a, b, y);
        return elementwise.BindMultiply(Stream, View(a), View(b), View(y));
    }

    public Action Scale(float factor, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Scale(x, y);
        return elementwise.BindScale(Stream, factor, View(x), View(y));
    }

    public Action SigmoidCrossEntropy(BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures)
    {
        LaunchArguments.SigmoidCrossEntropy(targets, logits, gradient, figures);
        return crossEntropy.Bind(Stream, targets, View(logits), View(gradient), View(figures));
    }

    public Action LogitsLayer(LogitsLayer layer)
    {
        LaunchArguments.LogitsLayer(layer);
        ArrayView<float> figures = View(layer.Figures);
        LogitsLayerGpu.Constants constants = new()
        {
            Rows = layer.Rows,
            Columns = layer.Columns,
            Targets = layer.Targets,
            WeightGradient = layer.WeightGradient is null ? 0 : 1,
            InputGradient = layer.InputGradient is null ? 0 : 1,
            End = layer.Clock is { } end ? EndStepGpu.Constants.Of(end.Options, layer.Figures.Length, end.Ring.Length / layer.Figures.Length) : default,
        };

        // A kernel has no optional parameters: what is not asked for is given some view that it then leaves alone.
        return logitsLayer.Bind(
            Stream, constants, layer.InputActivation, View(layer.X), View(layer.Weights), View(layer.Bias), View(layer.Logits), View(layer.Gradient), figures,
            layer.WeightGradient is { } dw ? View(dw) : figures, layer.BiasGradient is { } db ? View(db) : figures, layer.InputGradient is { } dx ? View(dx) : figures,
            layer.Clock is { } step ? View(step.Step) : figures.Cast<uint>(),
            layer.Clock is { } rate ? View(rate.LearningRate) : figures,
            layer.Clock is { } clock ? View(clock.Coefficients) : figures,
            layer.Clock is { } ring ? View(ring.Ring) : figures);
    }

    public Action EndStep(StepClock clock, Slice<float> figures)
    {
        LaunchArguments.EndStep(clock, figures);
        return endStep.Bind(Stream, clock.Options, View(clock.Step), View(clock.LearningRate), View(clock.Coefficients), View(figures), View(clock.Ring));
    }

    public Action Adam(AdamOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> firstMoment, Slice<float> secondMoment)
    {
        LaunchArguments.Adam(coefficients, parameters, gradients, firstMoment, secondMoment);
        return adam.Bind(Stream, options, View(coefficients), View(parameters), View(gradients), View(firstMoment), View(secondMoment));
    }

    public Action Noise(NoiseDistribution distribution, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.Noise(step);
        return noise.Bind(Stream, distribution, seed, stream, View(step), View(y));
    }

    public Action Batch(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, BatchForm form = default)
    {
        LaunchArguments.Batch(order, sampleSize, step, dataSet, y, form);
        return batch.Bind(Stream, order, sampleSize, form, View(step), View(dataSet), View(y));
    }

    /// <summary>Gives back the memory of one of this backend's buffers.</summary>
    public void Release(MemoryBuffer block)
    {
        LiveBuffers--;
        memory.Give(block.LengthInBytes);

        // The accelerator may be gone already, and with it the memory.
        if (!IsDisposed)
            block.Dispose();
    }

    /// <summary>A graph has ended.</summary>
    public void Forget(CudaGraph graph) => graphs.Remove(graph);

    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        // A graph whose owner outlives its device: the driver could not end it any more.
        foreach (CudaGraph graph in graphs.ToArray())
            graph.Dispose();
        foreach (var block in scratch)
            block.Dispose();
        Stream.Dispose();
    }

    private GemmOperands Operands(GemmLaunch launch)
    {
        GemmEpilogue epilogue = launch.Epilogue;
        (GemmFusion fusion, Slice<float> operand) = epilogue switch
        {
            { Bias: { } bias } => (GemmFusion.Bias, bias),
            { Output: { } output } => (GemmFusion.ActivationGradient, output),
            { ColumnSums: { } sums } => (GemmFusion.ColumnSums, sums),
            _ => (GemmFusion.None, launch.C),
        };
        bool aligned = ((launch.A.Offset | launch.B.Offset | launch.C.Offset | operand.Offset) & 3) == 0;
        return new(launch.Shape, View(launch.A), View(launch.B), View(launch.C), fusion, epilogue.Activation, View(operand), aligned);
    }

    private ArrayView<T> View<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Buffer is not IlgpuBuffer<T> buffer || buffer.Backend != this)
            throw new ArgumentException($"A buffer passed to {deviceName} belongs to another device.");
        LaunchArguments.Inside(slice);
        if (slice.Length > MostElements)
            throw new ArgumentException(FormattableString.Invariant($"A slice of {slice.Length:N0} elements is more than a kernel can number, {MostElements:N0}."));
        return buffer.View.SubView(slice.Offset, slice.Length);
    }

    /// <summary>
    /// Memory for partial sums, shared by all launches: they run in order. It grows by doubling, and the smaller blocks are
    /// kept, since launches bound earlier use them.
    /// </summary>
    private ArrayView<float> Scratch(int length)
    {
        if (length == 0)
            return default;
        if (scratch.Count == 0 || scratch[^1].Length < length)
            scratch.Add(AllocateMemory<float>(scratch.Count == 0 ? length : (int)Math.Max(length, Math.Min(2 * scratch[^1].Length, int.MaxValue))));
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
                ? FormattableString.Invariant($"{cuda.GetFreeMemory():N0} of its {accelerator.MemorySize:N0} bytes are free")
                : accelerator is CLAccelerator
                    ? FormattableString.Invariant($"it has {accelerator.MemorySize:N0} bytes in all")
                    : "the process has not that much";
            throw new DeviceOutOfMemoryException(
                FormattableString.Invariant($"{deviceName} has not enough memory for a block of {bytes:N0} bytes: {free}."), e);
        }
    }
}
