using GanGpu.Backends;
using GanGpu.Kernels;

namespace GanGpu.Tests.Support;

/// <summary>
/// One bound launch of an operation, for what must hold of all of them alike: no allocation, the same bits for any number of
/// threads. That the numbers are right is the business of the operation's own tests.
/// </summary>
/// <param name="Operation">The method of <see cref="IBackend"/>.</param>
/// <param name="Bind">Makes the operands in a harness and binds the operation to them.</param>
internal sealed record OperationCase(string Operation, Func<IBackend, OperationHarness, Action> Bind)
{
    private const ulong Seed = 11;

    /// <summary>Every operation, with about this many rows of an odd number of columns.</summary>
    public static IReadOnlyList<OperationCase> All(int rows, int columns)
    {
        int length = rows * columns;
        float[] x = Samples.Floats(length, 1), other = Samples.Floats(length, 2), row = Samples.Floats(columns, 3);
        return
        [
            new(nameof(IBackend.Gemm), (backend, h) => backend.Gemm(new(rows, columns, rows), h.Input(Samples.Floats(rows * rows, 4)), h.Input(x), h.Output(length), default)),
            new(nameof(IBackend.Gemm), (backend, h) => backend.Gemm(
                new(rows, rows, columns, TransposeB: true), h.Input(x), h.Input(other), h.Output(rows * rows), new() { Bias = h.Input(Samples.Floats(rows, 5)), Activation = Activation.Tanh })),
            new(nameof(IBackend.Gemm), (backend, h) => backend.Gemm(
                new(columns, columns, rows, TransposeA: true), h.Input(x), h.Input(other), h.Output(columns * columns), new() { ColumnSums = h.Output(columns) })),
            new(nameof(IBackend.Gemm), (backend, h) => backend.Gemm(
                new(rows, columns, rows), h.Input(Samples.Floats(rows * rows, 4)), h.Input(x), h.Output(length), new() { Output = h.Input(other), Activation = Activation.LeakyRelu() })),
            new(nameof(IBackend.Gemm), (backend, h) => backend.Gemm(new(rows, 1, columns), h.Input(x), h.Input(row), h.Output(rows), default)),
            new(nameof(IBackend.Gemm), (backend, h) => backend.Gemm(new(1, rows, columns, TransposeB: true), h.Input(row), h.Input(x), h.Output(rows), default)),
            new(nameof(IBackend.GemmPair), (backend, h) =>
            {
                Slice<float> gradient = h.Input(other);
                return backend.GemmPair(
                    new(new(columns, columns, rows, TransposeA: true), h.Input(x), gradient, h.Output(columns * columns), new() { ColumnSums = h.Output(columns) }),
                    new(new(rows, columns, columns, TransposeB: true), gradient, h.Input(Samples.Floats(columns * columns, 8)), h.Output(length), new() { Output = h.Input(x), Activation = Activation.LeakyRelu() }));
            }),
            new(nameof(IBackend.AddBias), (backend, h) => backend.AddBias(rows, columns, h.Input(x), h.Input(row), h.Output(length))),
            new(nameof(IBackend.Activate), (backend, h) => backend.Activate(Activation.Tanh, h.Input(x), h.Output(length))),
            new(nameof(IBackend.Activate), (backend, h) => backend.Activate(Activation.Sigmoid, h.Input(x), h.Output(length))),
            new(nameof(IBackend.ActivationGradient), (backend, h) => backend.ActivationGradient(Activation.LeakyRelu(), h.Input(x), h.Input(other), h.Output(length))),
            new(nameof(IBackend.ColumnSums), (backend, h) => backend.ColumnSums(rows, columns, h.Input(x), h.Output(columns))),
            new(nameof(IBackend.BroadcastRows), (backend, h) => backend.BroadcastRows(rows, columns, h.Input(row), h.Output(length))),
            new(nameof(IBackend.Add), (backend, h) => backend.Add(h.Input(x), h.Input(other), h.Output(length))),
            new(nameof(IBackend.Multiply), (backend, h) => backend.Multiply(h.Input(x), h.Input(other), h.Output(length))),
            new(nameof(IBackend.Scale), (backend, h) => backend.Scale(0.3f, h.Input(x), h.Output(length))),
            new(nameof(IBackend.LogitLoss), (backend, h) => backend.LogitLoss(LogitLossKind.SigmoidCrossEntropy, new(length / 3, 0.9f, 0f), h.Input(x), h.Output(length), h.Output(4))),
            new(nameof(IBackend.LogitsLayer), (backend, h) => backend.LogitsLayer(new(rows, columns, new(rows / 3, 0.9f, 0f))
            {
                X = h.Input(x),
                Weights = h.Input(row),
                Bias = h.Input([0.5f]),
                Logits = h.Output(rows),
                Gradient = h.Output(rows),
                Figures = h.Output(4),
                WeightGradient = h.Output(columns),
                BiasGradient = h.Output(1),
                InputGradient = h.Output(length),
                InputActivation = Activation.LeakyRelu(),
                Clock = new(new(), h.InOut([3u]), h.Input([1e-3f]), h.Output(2), h.InOut(new float[8])),
            })),
            new(nameof(IBackend.EndStep), (backend, h) => backend.EndStep(new(new(), h.InOut([5u]), h.Input([1e-3f]), h.Output(2), h.InOut(other)), h.Input(row))),
            new(nameof(IBackend.Adam), (backend, h) => backend.Adam(
                new(), h.Input([1e-3f, 2f]), h.InOut(x), h.Input(other), h.InOut(Samples.Floats(length, 6)), h.InOut([.. x.Select(value => value * value)]))),
            new(nameof(IBackend.LogitLoss), (backend, h) => backend.LogitLoss(LogitLossKind.Hinge, new(length / 3, 1f, -1f), h.Input(x), h.Output(length), h.Output(4))),
            new(nameof(IBackend.LogitLoss), (backend, h) => backend.LogitLoss(LogitLossKind.RelativisticPairing, new(length, 1f, 0f), h.Input([.. x, .. other]), h.Output(2 * length), h.Output(4))),
            new(nameof(IBackend.RmsProp), (backend, h) => backend.RmsProp(new(), h.Input([1e-3f, 1f]), h.InOut(x), h.Input(other), h.InOut([.. x.Select(value => value * value)]))),
            new(nameof(IBackend.Sgd), (backend, h) => backend.Sgd(new(Momentum: 0.9), h.Input([1e-3f, 1f]), h.InOut(x), h.Input(other), h.InOut(Samples.Floats(length, 6)))),
            new(nameof(IBackend.GradientNorm), (backend, h) => backend.GradientNorm(0.5f, h.InOut(x), h.Output(1))),
            new(nameof(IBackend.WeightClip), (backend, h) => backend.WeightClip(0.5f, h.InOut(x))),
            new(nameof(IBackend.WeightAverage), (backend, h) => backend.WeightAverage(new(0.99, 0.05), h.Input([7u]), h.Input(other), h.InOut(x))),
            new(nameof(IBackend.Accumulate), (backend, h) => backend.Accumulate(0.25f, h.Input(other), h.InOut(x))),
            new(nameof(IBackend.Noise), (backend, h) => backend.Noise(NoiseDistribution.Normal, Seed, 2, h.Input([7u]), h.Output(length))),
            new(nameof(IBackend.Noise), (backend, h) => backend.Noise(NoiseDistribution.Uniform, Seed, 2, h.Input([7u]), h.Output(length))),
            new(nameof(IBackend.Batch), (backend, h) => backend.Batch(new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length)), h.Output(length))),
            new(nameof(IBackend.Batch), (backend, h) => backend.Batch(
                new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length)), h.Output(length), new() { FlipWidth = columns, Channels = 1 })),
        ];
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
