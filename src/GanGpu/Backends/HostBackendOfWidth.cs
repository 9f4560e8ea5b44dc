using System.Runtime.InteropServices;
using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>The host backend for one width of vector: each operation becomes a piece of work with its pointers in it.</summary>
internal sealed unsafe class HostBackend<TSimd>(int threads) : HostBackend(threads), IBackend
    where TSimd : unmanaged, ISimd<TSimd>
{
    /// <summary>Below this many operations a product stays on one thread: a fork and a join take as long.</summary>
    private const long SmallProductFlops = 200_000;

    private readonly List<nint> scratch = [];
    private int scratchLength;

    public long LiveBuffers => Interlocked.Read(ref LiveBufferCount);

    public DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return new HostBuffer<T>(this, length);
    }

    public void Synchronize()
    {
        // Launches have ended when they return.
    }

    public Action Gemm(GemmShape shape, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        LaunchArguments.Gemm(shape, a, b, c, epilogue);
        float* sums = epilogue.ColumnSums is { } columnSums ? Pointer(columnSums) : null;
        (Slice<float> operand, int stride) = epilogue.Bias is { } bias ? (bias, 0) : epilogue.Output is { } output ? (output, shape.N) : (c, shape.N);
        bool plain = epilogue.Bias is null && epilogue.Output is null, gradient = epilogue.Output is not null;
        return (plain, gradient, epilogue.Activation.Kind) switch
        {
            (true, _, _) => Bind<KeepOperation>(),
            (_, false, ActivationKind.Identity) => Bind<BiasActivationOperation<VectorIdentity>>(),
            (_, false, ActivationKind.LeakyRelu) => Bind<BiasActivationOperation<VectorLeakyRelu>>(),
            (_, false, ActivationKind.Relu) => Bind<BiasActivationOperation<VectorRelu>>(),
            (_, false, ActivationKind.Tanh) => Bind<BiasActivationOperation<VectorTanh>>(),
            (_, false, ActivationKind.Sigmoid) => Bind<BiasActivationOperation<VectorSigmoid>>(),
            (_, true, ActivationKind.Identity) => Bind<KeepOperation>(),
            (_, true, ActivationKind.LeakyRelu) => Bind<ActivationGradientOperation<VectorLeakyRelu>>(),
            (_, true, ActivationKind.Relu) => Bind<ActivationGradientOperation<VectorRelu>>(),
            (_, true, ActivationKind.Tanh) => Bind<ActivationGradientOperation<VectorTanh>>(),
            (_, true, ActivationKind.Sigmoid) => Bind<ActivationGradientOperation<VectorSigmoid>>(),
            _ => throw new ArgumentException($"The activation {epilogue.Activation} has no kernel."),
        };

        Action Bind<TEpilogue>()
            where TEpilogue : struct, IElementwise
        {
            int parts = shape.Flops < SmallProductFlops ? 1 : Team.Threads;
            GemmHost<TSimd, TEpilogue> Make(float* memory) =>
                new(shape, parts, Pointer(a), Pointer(b), Pointer(c), Pointer(operand), stride, epilogue.Activation.Leak, sums, memory);
            return Launch(Make(Scratch(Make(null).ScratchLength)), parts > 1);
        }
    }

    public Action AddBias(int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y)
    {
        LaunchArguments.AddBias(rows, columns, x, bias, y);
        return Elementwise<AddOperation>(rows, columns, x, bias, 0, 0f, y);
    }

    public Action Activate(Activation activation, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Activate(x, y);
        return activation.Kind switch
        {
            ActivationKind.Identity => Flat<ActivateOperation<VectorIdentity>>(x, x, activation.Leak, y),
            ActivationKind.LeakyRelu => Flat<ActivateOperation<VectorLeakyRelu>>(x, x, activation.Leak, y),
            ActivationKind.Relu => Flat<ActivateOperation<VectorRelu>>(x, x, activation.Leak, y),
            ActivationKind.Tanh => Flat<ActivateOperation<VectorTanh>>(x, x, activation.Leak, y),
            ActivationKind.Sigmoid => Flat<ActivateOperation<VectorSigmoid>>(x, x, activation.Leak, y),
            _ => throw new ArgumentException($"The activation {activation} has no kernel."),
        };
    }

    public Action ActivationGradient(Activation activation, Slice<float> dy, Slice<float> y, Slice<float> dx)
    {
        LaunchArguments.ActivationGradient(dy, y, dx);
        return activation.Kind switch
        {
            ActivationKind.Identity => Flat<ActivationGradientOperation<VectorIdentity>>(dy, y, activation.Leak, dx),
            ActivationKind.LeakyRelu => Flat<ActivationGradientOperation<VectorLeakyRelu>>(dy, y, activation.Leak, dx),
            ActivationKind.Relu => Flat<ActivationGradientOperation<VectorRelu>>(dy, y, activation.Leak, dx),
            ActivationKind.Tanh => Flat<ActivationGradientOperation<VectorTanh>>(dy, y, activation.Leak, dx),
            ActivationKind.Sigmoid => Flat<ActivationGradientOperation<VectorSigmoid>>(dy, y, activation.Leak, dx),
            _ => throw new ArgumentException($"The activation {activation} has no kernel."),
        };
    }

    public Action ColumnSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.ColumnSums(rows, columns, x, sums);
        return Launch(new ReductionHost<TSimd>(rows, columns, Pointer(x), Pointer(sums)), TeamWork.IsWorthSharing(x.Length));
    }

    public Action BroadcastRows(int rows, int columns, Slice<float> row, Slice<float> y)
    {
        LaunchArguments.BroadcastRows(rows, columns, row, y);
        return Launch(new BroadcastRowsHost(rows, columns, Pointer(row), Pointer(y)), TeamWork.IsWorthSharing(y.Length));
    }

    public Action Add(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Add), a, b, y);
        return Flat<AddOperation>(a, b, 0f, y);
    }

    public Action Multiply(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Multiply), a, b, y);
        return Flat<MultiplyOperation>(a, b, 0f, y);
    }

    public Action Scale(float factor, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Scale(x, y);
        return Flat<ScaleOperation>(x, x, factor, y);
    }

    public Action SigmoidCrossEntropy(BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures)
    {
        LaunchArguments.SigmoidCrossEntropy(targets, logits, gradient, figures);
        return Launch(new SigmoidCrossEntropyHost<TSimd>(targets, logits.Length, Pointer(logits), Pointer(gradient), Pointer(figures)), shared: false);
    }

    public Action Record(Slice<uint> step, Slice<float> figures, Slice<float> ring)
    {
        LaunchArguments.Record(step, figures, ring);
        return Launch(new FigureRingHost(Pointer(step), figures.Length, Pointer(figures), ring.Length / figures.Length, Pointer(ring)), shared: false);
    }

    public Action AdvanceStep(AdamOptions options, Slice<uint> step, Slice<float> learningRate, Slice<float> coefficients)
    {
        LaunchArguments.AdvanceStep(step, learningRate, coefficients);
        return Launch(new AdvanceStepHost(options, Pointer(step), Pointer(learningRate), Pointer(coefficients)), shared: false);
    }

    public Action Adam(AdamOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> firstMoment, Slice<float> secondMoment)
    {
        LaunchArguments.Adam(coefficients, parameters, gradients, firstMoment, secondMoment);
        AdamHost<TSimd> work = new(options, Pointer(coefficients), parameters.Length, Pointer(parameters), Pointer(gradients), Pointer(firstMoment), Pointer(secondMoment));
        return Launch(work, TeamWork.IsWorthSharing(parameters.Length));
    }

    public Action Noise(NoiseDistribution distribution, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.Noise(step);
        return Launch(new NoiseHost<TSimd>(distribution, seed, stream, Pointer(step), y.Length, Pointer(y)), TeamWork.IsWorthSharing(y.Length));
    }

    public Action Batch(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y)
    {
        LaunchArguments.Batch(order, sampleSize, step, dataSet, y);
        return Launch(new BatchHost(order, sampleSize, Pointer(step), Pointer(dataSet), Pointer(y)), TeamWork.IsWorthSharing(y.Length));
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (nint block in scratch)
            NativeMemory.AlignedFree((void*)block);
        scratch.Clear();
    }

    private Action Flat<TOperation>(Slice<float> a, Slice<float> b, float parameter, Slice<float> y)
        where TOperation : struct, IElementwise => Elementwise<TOperation>(1, y.Length, a, b, y.Length, parameter, y);

    private Action Elementwise<TOperation>(int rows, int columns, Slice<float> a, Slice<float> b, int bStride, float parameter, Slice<float> y)
        where TOperation : struct, IElementwise =>
        Launch(new ElementwiseHost<TSimd, TOperation>(rows, columns, Pointer(a), Pointer(b), bStride, parameter, Pointer(y)), TeamWork.IsWorthSharing(y.Length));

    private Action Launch(TeamWork work, bool shared)
    {
        if (shared)
            return () => Team.Run(work);
        return () => work.Run(0, 1);
    }

    private T* Pointer<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Buffer is not HostBuffer<T> buffer || buffer.Backend != this)
            throw new ArgumentException("A buffer passed to cpu belongs to another device.");
        if (slice.Length < 1 || slice.Offset < 0 || slice.Length > buffer.Length - slice.Offset)
            throw new ArgumentException(FormattableString.Invariant($"A slice of {slice.Length} elements at {slice.Offset} is empty or leaves its buffer, which has {buffer.Length}."));
        return buffer.Pointer + slice.Offset;
    }

    /// <summary>Memory for copied panels, shared by all launches: they run one after the other. It lives as long as the backend.</summary>
    private float* Scratch(int length)
    {
        if (scratch.Count == 0 || scratchLength < length)
        {
            scratchLength = Math.Max(length, 2 * scratchLength);
            scratch.Add((nint)NativeMemory.AlignedAlloc((nuint)scratchLength * sizeof(float), 64));
        }

        return (float*)scratch[^1];
    }
}
