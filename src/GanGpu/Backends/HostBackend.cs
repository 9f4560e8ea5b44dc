using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>
/// The processor itself: every operation with the widest vectors it has, on a team of threads. An action is done when it
/// returns. Results depend on the width of the vectors, not on the number of threads.
/// </summary>
internal sealed unsafe class HostBackend : IBackend
{
    private readonly ThreadTeam team;

    /// <summary>Buffers not yet disposed.</summary>
    internal int LiveBuffers;

    /// <param name="threads">Threads, the caller's among them; 0 for one per processor.</param>
    public HostBackend(int threads = 0) => team = new ThreadTeam(threads);

    public int Threads => team.Threads;

    public DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged => new HostBuffer<T>(this, length);

    public void Synchronize()
    {
    }

    public Action Gemm(GemmShape shape, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        Require(shape.M >= 1 && shape.N >= 1 && shape.K >= 1, $"A product has at least one row, column and term, and {shape} has not.");
        RequireElements(a, shape.M, shape.K, $"A of {shape}");
        RequireElements(b, shape.K, shape.N, $"B of {shape}");
        RequireElements(c, shape.M, shape.N, $"C of {shape}");
        Require(epilogue.Bias is null || epilogue.Output is null, $"{shape}: an epilogue takes a bias or an activation's output, not both.");
        Require(
            epilogue.Bias is not null || epilogue.Output is not null || epilogue.Activation.Kind == ActivationKind.Identity,
            $"{shape}: {epilogue.Activation} needs a bias, or the output to derive it from.");
        Require(
            epilogue.ColumnSums is null || (shape is { TransposeA: true, TransposeB: false } && epilogue.Bias is null && epilogue.Output is null),
            $"{shape}: column sums go only with a TN product without bias and output.");
        if (epilogue.Bias is { } bias)
            RequireElements(bias, 1, shape.N, $"the bias of {shape}");
        if (epilogue.Output is { } output)
            RequireElements(output, shape.M, shape.N, $"the output of {shape}");
        if (epilogue.ColumnSums is { } sums)
            RequireElements(sums, 1, shape.N, $"the column sums of {shape}");
        GemmHostEpilogue bound = new()
        {
            Bias = epilogue.Bias is { } x ? Address(x) : null,
            Output = epilogue.Output is { } y ? Address(y) : null,
            Activation = epilogue.Activation,
            ColumnSums = epilogue.ColumnSums is { } z ? Address(z) : null,
        };
        return GemmHost.Bind(team, shape, Address(a), Address(b), Address(c), bound);
    }

    public Action AddBias(int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y)
    {
        RequireElements(x, rows, columns, "x");
        RequireElements(bias, 1, columns, "bias");
        RequireElements(y, rows, columns, "y");
        return ElementwiseHost.AddBias(team, rows, columns, Address(x), Address(bias), Address(y));
    }

    public Action Activate(Activation activation, Slice<float> x, Slice<float> y)
    {
        RequireSame(x, "x", y, "y");
        return ElementwiseHost.Activate(team, y.Length, activation, Address(x), Address(y));
    }

    public Action ActivationGradient(Activation activation, Slice<float> dy, Slice<float> y, Slice<float> dx)
    {
        RequireSame(dy, "dy", y, "y");
        RequireSame(dy, "dy", dx, "dx");
        return ElementwiseHost.ActivationGradient(team, dx.Length, activation, Address(dy), Address(y), Address(dx));
    }

    public Action ColumnSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        RequireElements(x, rows, columns, "x");
        RequireElements(sums, 1, columns, "sums");
        return ReductionHost.ColumnSums(team, rows, columns, Address(x), Address(sums));
    }

    public Action BroadcastRows(int rows, int columns, Slice<float> row, Slice<float> y)
    {
        RequireElements(row, 1, columns, "row");
        RequireElements(y, rows, columns, "y");
        return ElementwiseHost.BroadcastRows(team, rows, columns, Address(row), Address(y));
    }

    public Action Add(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        RequireSame(a, "a", b, "b");
        RequireSame(a, "a", y, "y");
        return ElementwiseHost.Add(team, y.Length, Address(a), Address(b), Address(y));
    }

    public Action Multiply(Slice<float> a, Slice<float> b, Slice<float> y)
    {
        RequireSame(a, "a", b, "b");
        RequireSame(a, "a", y, "y");
        return ElementwiseHost.Multiply(team, y.Length, Address(a), Address(b), Address(y));
    }

    public Action Scale(float factor, Slice<float> x, Slice<float> y)
    {
        RequireSame(x, "x", y, "y");
        return ElementwiseHost.Scale(team, y.Length, factor, Address(x), Address(y));
    }

    public Action SigmoidCrossEntropy(BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures)
    {
        RequireSame(logits, "logits", gradient, "gradient");
        RequireElements(figures, 1, 4, "figures");
        Require(targets.Split >= 0 && targets.Split <= logits.Length, $"The first part has {targets.Split} rows, but there are {logits.Length} logits.");
        return SigmoidCrossEntropyHost.Bind(team, targets, logits.Length, Address(logits), Address(gradient), Address(figures));
    }

    public Action Record(Slice<uint> step, Slice<float> figures, Slice<float> ring)
    {
        RequireElements(step, 1, 1, "step");
        Require(
            figures.Length > 0 && ring.Length >= figures.Length && ring.Length % figures.Length == 0,
            $"A ring of {ring.Length} elements does not hold whole records of {figures.Length}.");
        return FigureRingHost.Record(Address(step), figures.Length, Address(figures), ring.Length, Address(ring));
    }

    public Action AdvanceStep(AdamOptions options, Slice<uint> step, Slice<float> learningRate, Slice<float> coefficients)
    {
        RequireElements(step, 1, 1, "step");
        RequireElements(learningRate, 1, 1, "learningRate");
        RequireElements(coefficients, 1, 2, "coefficients");
        return AdamHost.AdvanceStep(options, Address(step), Address(learningRate), Address(coefficients));
    }

    public Action Adam(AdamOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> firstMoment, Slice<float> secondMoment)
    {
        RequireElements(coefficients, 1, 2, "coefficients");
        RequireSame(parameters, "parameters", gradients, "gradients");
        RequireSame(parameters, "parameters", firstMoment, "firstMoment");
        RequireSame(parameters, "parameters", secondMoment, "secondMoment");
        return AdamHost.Sweep(
            team, options, parameters.Length, Address(coefficients), Address(parameters), Address(gradients), Address(firstMoment), Address(secondMoment));
    }

    public Action Noise(NoiseDistribution distribution, ulong seed, uint stream, Slice<uint> step, Slice<float> y)
    {
        RequireElements(step, 1, 1, "step");
        return NoiseHost.Bind(team, distribution, seed, stream, Address(step), y.Length, Address(y));
    }

    public Action Batch(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y)
    {
        Require(order.BatchSize >= 1 && order.BatchSize <= order.Count, $"A batch of {order.BatchSize} cannot be drawn from {order.Count} images.");
        RequireElements(step, 1, 1, "step");
        RequireElements(dataSet, order.Count, sampleSize, "dataSet");
        RequireElements(y, order.BatchSize, sampleSize, "y");
        return BatchHost.Bind(team, order, sampleSize, Address(step), Address(dataSet), Address(y));
    }

    public void Dispose() => team.Dispose();

    private T* Address<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Buffer is not HostBuffer<T> buffer || buffer.Backend != this)
            throw new ArgumentException("The slice belongs to another backend.", nameof(slice));
        Require(
            slice.Offset >= 0 && slice.Length >= 0 && slice.Offset <= buffer.Length - slice.Length,
            $"[{slice.Offset}, {slice.Offset} + {slice.Length}) does not lie in a buffer of {buffer.Length} elements.");
        return buffer.Address + slice.Offset;
    }

    private static void RequireElements<T>(Slice<T> slice, int rows, int columns, string name)
        where T : unmanaged =>
        Require(
            rows >= 0 && columns >= 0 && (long)rows * columns == slice.Length,
            $"{name} must be [{rows},{columns}], but has {slice.Length} elements.");

    private static void RequireSame(Slice<float> a, string nameOfA, Slice<float> b, string nameOfB) =>
        Require(a.Length == b.Length, $"{nameOfA} has {a.Length} elements and {nameOfB} {b.Length}; they must have as many.");

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new ArgumentException(message);
    }
}
