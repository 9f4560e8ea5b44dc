using System.Diagnostics;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using GanGpu.Kernels.Random;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Backends;

/// <summary>
/// The processor itself: every operation with the widest vectors it has, on a team of threads. An action is done when it
/// returns. Results depend on the width of the vectors, not on the number of threads.
/// </summary>
internal sealed unsafe partial class HostBackend : IBackend
{
    private readonly ThreadTeam team;

    /// <summary>Counted by the buffers, from whichever threads they are made and disposed on.</summary>
    internal long LiveBufferCount;

    /// <param name="threads">Threads, the caller's among them; 0 for one per processor.</param>
    /// <param name="memoryLimit">The most bytes that buffers may take; what the process can have where it is null.</param>
    /// <param name="firstLevelBytes">The first-level cache that kernels are to reckon with; the processor's where it is null.</param>
    public HostBackend(int threads = 0, long? memoryLimit = null, int? firstLevelBytes = null)
    {
        team = new ThreadTeam(threads, firstLevelBytes);
        Memory = new("cpu", memoryLimit);
        Freed = bytes =>
        {
            Memory.Give(bytes);
            Interlocked.Decrement(ref LiveBufferCount);
        };
    }

    /// <summary>To be told of each block that is given back.</summary>
    internal Action<long> Freed { get; }

    /// <summary>The bytes of the buffers.</summary>
    internal MemoryBudget Memory { get; }

    /// <summary>The threads that everything runs on.</summary>
    internal ThreadTeam Team => team;

    public DeviceTurns Turns { get; } = new();

    public DeviceTurn Turn(object user) => Turns.Take(user);

    public int RowsFactor { get; set; } = 1;

    public long LiveBuffers => Interlocked.Read(ref LiveBufferCount);

    public long AllocatedBytes => Memory.Used;

    // What the machine has, or the container: how much of it others use can change any time.
    public long FreeBytes => Memory.Left ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Memory.Used);

    public long LargestBlock => long.MaxValue;

    public long ReservedBytes => 0;

    public bool HasOwnMemory => false;

    public Upload OpenUpload(int bytes) => throw new NotSupportedException("cpu has no memory of its own.");

    public DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged => new HostBuffer<T>(this, length);

    public string? Remark => null;

    public IReplay Sequence(IReadOnlyList<Action> actions) => new IssuedSingly(actions);

    public void Synchronize()
    {
    }

    public double[] Time(IReadOnlyList<Action> actions)
    {
        double[] microseconds = new double[actions.Count];
        long before = Stopwatch.GetTimestamp();
        for (int i = 0; i < microseconds.Length; i++)
        {
            actions[i]();
            long after = Stopwatch.GetTimestamp();
            microseconds[i] = (after - before) * 1e6 / Stopwatch.Frequency;
            before = after;
        }

        return microseconds;
    }

    public (Action Issue, double Flops) ArithmeticPeak() => (ArithmeticPeakHost.Bind(team), ArithmeticPeakHost.Flops(team));

    public Action Gemm(GemmShape shape, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        LaunchArguments.Gemm(shape, a, b, c, epilogue);
        return GemmHost.Bind(team, shape, Address(a), Address(b), Address(c), Bound(epilogue));
    }

    public Action GemmPair(GemmLaunch weights, GemmLaunch inputs)
    {
        LaunchArguments.GemmPair(weights, inputs);
        return Gemm(weights.Shape, weights.A, weights.B, weights.C, weights.Epilogue) + Gemm(inputs.Shape, inputs.A, inputs.B, inputs.C, inputs.Epilogue);
    }

    public Action AddBias(int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y)
    {
        LaunchArguments.AddBias(rows, columns, x, bias, y);
        return ElementwiseHost.AddBias(team, rows, columns, Address(x), Address(bias), Address(y));
    }

    public Action Activate(Activation activation, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Activate(x, y);
        return ElementwiseHost.Activate(team, y.Length, activation, Address(x), Address(y));
    }

    public Action ActivationGradient(Activation activation, Slice<float> dy, Slice<float> y, Slice<float> dx)
    {
        LaunchArguments.ActivationGradient(dy, y, dx);
        return ElementwiseHost.ActivationGradient(team, dx.Length, activation, Address(dy), Address(y), Address(dx));
    }

    public Action ColumnSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.ColumnSums(rows, columns, x, sums);
        return ReductionHost.ColumnSums(team, rows, columns, Address(x), Address(sums));
    }

    public Action BroadcastRows(int rows, int columns, Slice<float> row, Slice<float> y)
    {
        LaunchArguments.BroadcastRows(rows, columns, row, y);
        return ElementwiseHost.BroadcastRows(team, rows, columns, Address(row), Address(y));
    }

    public Action Add(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Add), a, b, y);
        return ElementwiseHost.Add(team, y.Length, Address(a), Address(b), Address(y));
    }

    public Action Multiply(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.Binary(nameof(Multiply), a, b, y);
        return ElementwiseHost.Multiply(team, y.Length, Address(a), Address(b), Address(y));
    }

    public Action Scale(float factor, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Scale(x, y);
        return ElementwiseHost.Scale(team, y.Length, factor, Address(x), Address(y));
    }

    public Action Fill(float value, Slice<float> y)
    {
        LaunchArguments.Inside(y);
        return ElementwiseHost.Fill(team, y.Length, value, Address(y));
    }

    public Action LogitLoss(LogitLossKind kind, BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures)
    {
        LaunchArguments.LogitLoss(kind, targets, logits, gradient, figures);
        return LogitLossHost.Bind(team, kind, targets, logits.Length, Address(logits), Address(gradient), Address(figures));
    }

    /// <summary>As its parts, one after the other: a launch costs the processor nothing that joining them would save.</summary>
    public Action LogitsLayer(LogitsLayer layer)
    {
        LaunchArguments.LogitsLayer(layer);
        (int rows, int columns) = (layer.Rows, layer.Columns);
        Action parts = Gemm(new(rows, 1, columns), layer.X, layer.Weights, layer.Logits, new() { Bias = layer.Bias });
        parts += LogitLoss(layer.Loss, layer.Targets, layer.Logits, layer.Gradient, layer.Figures);
        if (layer.WeightGradient is { } weightGradient)
            parts += Gemm(new(columns, 1, rows, TransposeA: true), layer.X, layer.Gradient, weightGradient, new() { ColumnSums = layer.BiasGradient });
        if (layer.InputGradient is { } inputGradient)
        {
            parts += Gemm(
                new(rows, columns, 1, TransposeB: true), layer.Gradient, layer.Weights, inputGradient, new() { Output = layer.X, Activation = layer.InputActivation });
        }

        return layer.Clock is { } clock ? parts + EndStep(clock, layer.Figures) : parts;
    }

    public Action EndStep(StepClock clock, Slice<float> figures)
    {
        LaunchArguments.EndStep(clock, figures);
        return EndStepHost.Bind(
            clock.Options, clock.Batches, Address(clock.Step), Address(clock.LearningRate), Address(clock.Coefficients), figures.Length, Address(figures), clock.Ring.Length, Address(clock.Ring));
    }

    public Action Adam(AdamOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> firstMoment, Slice<float> secondMoment)
    {
        LaunchArguments.Adam(coefficients, parameters, gradients, firstMoment, secondMoment);
        return AdamHost.Sweep(
            team, options, parameters.Length, Address(coefficients), Address(parameters), Address(gradients), Address(firstMoment), Address(secondMoment));
    }

    public Action Noise(NoiseDistribution distribution, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        LaunchArguments.Noise(step);
        return NoiseHost.Bind(team, distribution, seed, stream, Address(step), y.Length, Address(y));
    }

    public Action Batch(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, BatchForm form = default)
    {
        LaunchArguments.Batch(order, sampleSize, step, dataSet, y, form);
        return BatchHost.Bind(team, order, sampleSize, form, Address(step), Address(dataSet), Address(y));
    }

    public void Dispose()
    {
        FreeScratch();
        team.Dispose();
    }

    private GemmHostEpilogue Bound(GemmEpilogue epilogue) => new()
    {
        Bias = epilogue.Bias is { } bias ? Address(bias) : null,
        Output = epilogue.Output is { } output ? Address(output) : null,
        Activation = epilogue.Activation,
        ColumnSums = epilogue.ColumnSums is { } sums ? Address(sums) : null,
    };

    private T* Address<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Buffer is not HostBuffer<T> buffer || buffer.Backend != this)
            throw new ArgumentException("A buffer passed to cpu belongs to another device.");
        LaunchArguments.Inside(slice);
        return buffer.Address + slice.Offset;
    }
}
