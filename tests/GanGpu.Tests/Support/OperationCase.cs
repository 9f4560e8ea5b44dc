using GanGpu.Backends;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using GanGpu.Kernels.Random;
using GanGpu.Kernels.Reduction;

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
            new(nameof(IBackend.Fill), (backend, h) => backend.Fill(0.3f, h.Output(length))),
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
            new(nameof(IBackend.GradientPenalty), (backend, h) => backend.GradientPenalty(
                new(rows, columns, rows / 3, 1f, 10f, 2f), h.Input(x), h.Output(rows), h.Output(length), h.Output(4))),
            new(nameof(IBackend.Interpolate), (backend, h) => backend.Interpolate(rows, columns, Seed, 2, h.Input([7u]), h.Input(x), h.Input(other), h.Output(length))),
            new(nameof(IBackend.Augment), (backend, h) => backend.Augment(new(rows, columns, 1, 1, 31, 0), Seed, 2, h.Input([7u]), h.Input(x), h.Output(length))),
            new(nameof(IBackend.Augment), (backend, h) => backend.Augment(new(rows, 1, 1, columns, 31, 1), Seed, 2, h.Input([7u]), h.Input(x), h.Output(length))),
            new(nameof(IBackend.RowSums), (backend, h) => backend.RowSums(rows, columns, h.Input(x), h.Output(rows))),
            new(nameof(IBackend.RowSums), (backend, h) => backend.RowSums(1, length, h.Input(x), h.Output(1))),
            new(nameof(IBackend.RowDots), (backend, h) => backend.RowDots(rows, columns, h.Input(x), h.Input(other), h.Output(rows))),
            new(nameof(IBackend.BroadcastColumns), (backend, h) => backend.BroadcastColumns(columns, rows, h.Input(row), h.Output(length))),
            new(nameof(IBackend.ScaleRows), (backend, h) => backend.ScaleRows(columns, rows, h.Input(x), h.Input(row), h.Output(length))),
            new(nameof(IBackend.ScaleRows), (backend, h) => backend.ScaleRows(1, length, h.Input(x), h.Input([0.3f]), h.Output(length))),
            new(nameof(IBackend.RowDirections), (backend, h) => backend.RowDirections(rows, columns, 1e-12f, h.Input(x), h.Output(length))),
            new(nameof(IBackend.Elementwise), (backend, h) => backend.Elementwise(new(ElementwiseKind.Softplus), h.Input(x), h.Output(length))),
            new(nameof(IBackend.ConcatenateColumns), (backend, h) => backend.ConcatenateColumns(rows, columns, 1, h.Input(x), h.Input(Samples.Floats(rows, 9)), h.Output(length + rows))),
            new(nameof(IBackend.SliceColumns), (backend, h) => backend.SliceColumns(rows, columns, 1, columns - 1, h.Input(x), h.Output(length - rows))),
            new(nameof(IBackend.PadColumns), (backend, h) => backend.PadColumns(rows, columns + 2, 1, columns, h.Input(x), h.Output(length + (2 * rows)))),
            new(nameof(IBackend.GatherRows), (backend, h) => backend.GatherRows(rows, rows, columns, h.Input(x), h.Input(Labels(rows)), h.Output(length))),
            new(nameof(IBackend.ScatterAddRows), (backend, h) => backend.ScatterAddRows(rows, rows, columns, h.Input(x), h.Input(Labels(rows)), h.Output(length))),
            new(nameof(IBackend.OneHot), (backend, h) => backend.OneHot(rows, columns, h.Input(Labels(rows)), h.Output(length))),
            new(nameof(IBackend.RealLabels), (backend, h) => backend.RealLabels(new(3 * rows, rows, Seed), h.Input([4u]), h.Input([.. Enumerable.Range(0, 3 * rows)]), h.Output(rows))),
            new(nameof(IBackend.RandomLabels), (backend, h) => backend.RandomLabels(10, Seed, 2, h.Input([7u]), h.Output(length))),
            new(nameof(IBackend.Softmax), (backend, h) => backend.Softmax(rows, columns, h.Input(x), h.Output(length))),
            new(nameof(IBackend.LogSumExp), (backend, h) => backend.LogSumExp(rows, columns, h.Input(x), h.Output(rows))),
            new(nameof(IBackend.SoftmaxCrossEntropy), (backend, h) => backend.SoftmaxCrossEntropy(
                rows, columns, new(rows / 3), h.Input(x), h.Input(Labels(rows)), h.Output(length), h.Output(2 * rows), h.Output(4))),
            .. Normalization(rows, columns, x, other),
            new(nameof(IBackend.Convolution), (backend, h) => backend.Convolution(
                Convolution(rows, columns), h.Input(x), h.Input(Samples.Floats(9 * 5 * columns, 9)), h.Output(5 * rows), new() { Bias = h.Input(Samples.Floats(5, 5)), Activation = Activation.Tanh })),
            new(nameof(IBackend.ConvolutionInputGradient), (backend, h) => backend.ConvolutionInputGradient(
                Convolution(rows, columns), h.Input(Samples.Floats(5 * rows, 4)), h.Input(Samples.Floats(9 * 5 * columns, 9)), h.Output(length), new() { Output = h.Input(other), Activation = Activation.LeakyRelu() })),
            new(nameof(IBackend.ConvolutionWeightGradient), (backend, h) => backend.ConvolutionWeightGradient(
                Convolution(rows, columns), h.Input(x), h.Input(Samples.Floats(5 * rows, 4)), h.Output(9 * 5 * columns), new() { ColumnSums = h.Output(5) })),
            new(nameof(IBackend.EndStep), (backend, h) => backend.EndStep(new(new(), h.InOut([5u]), h.Input([1e-3f]), h.Output(2), h.InOut(other)), h.Input(row))),
            new(nameof(IBackend.Adam), (backend, h) => backend.Adam(
                new(), h.Input([1e-3f, 2f]), h.InOut(x), h.Input(other), h.InOut(Samples.Floats(length, 6)), h.InOut([.. x.Select(value => value * value)]))),
            new(nameof(IBackend.LogitLoss), (backend, h) => backend.LogitLoss(LogitLossKind.Hinge, new(length / 3, 1f, -1f), h.Input(x), h.Output(length), h.Output(4))),
            new(nameof(IBackend.LogitLoss), (backend, h) => backend.LogitLoss(LogitLossKind.RelativisticPairing, new(length, 1f, 0f), h.Input([.. x, .. other]), h.Output(2 * length), h.Output(4))),
            new(nameof(IBackend.RmsProp), (backend, h) => backend.RmsProp(new(), h.Input([1e-3f, 1f]), h.InOut(x), h.Input(other), h.InOut([.. x.Select(value => value * value)]))),
            new(nameof(IBackend.Sgd), (backend, h) => backend.Sgd(new(Momentum: 0.9), h.Input([1e-3f, 1f]), h.InOut(x), h.Input(other), h.InOut(Samples.Floats(length, 6)))),
            new(nameof(IBackend.GradientNorm), (backend, h) => backend.GradientNorm(0.5f, h.InOut(x), h.Output(1))),
            new(nameof(IBackend.WeightClip), (backend, h) => backend.WeightClip(0.5f, h.InOut(x))),
            new(nameof(IBackend.WeightAverage), (backend, h) => backend.WeightAverage(new(0.99, 0.05), 2, h.Input([7u]), h.Input(other), h.InOut(x))),
            new(nameof(IBackend.Accumulate), (backend, h) => backend.Accumulate(0.25f, h.Input(other), h.InOut(x))),
            new(nameof(IBackend.Noise), (backend, h) => backend.Noise(NoiseDistribution.Normal, Seed, 2, h.Input([7u]), h.Output(length))),
            new(nameof(IBackend.Noise), (backend, h) => backend.Noise(NoiseDistribution.Uniform, Seed, 2, h.Input([7u]), h.Output(length))),
            new(nameof(IBackend.Batch), (backend, h) => backend.Batch(new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length)), h.Output(length))),
            new(nameof(IBackend.Batch), (backend, h) => backend.Batch(
                new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length)), h.Output(length), new() { FlipWidth = columns, Channels = 1 })),
            new(nameof(IBackend.BatchValues), (backend, h) => backend.BatchValues(
                new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length * sizeof(float))), h.Output(length))),
        ];
    }

    private static float[] Labels(int rows) => [.. Enumerable.Range(0, rows).Select(row => (float)(row * 7 % rows))];

    private static IEnumerable<OperationCase> Normalization(int rows, int columns, float[] x, float[] other)
    {
        RowGroups one = new(1, rows, columns), each = new(rows, 1, columns), single = new(rows, columns, 1);
        float[] row = Samples.Floats(columns, 3);
        return
        [
            new(nameof(IBackend.SumRowGroups), (backend, h) => backend.SumRowGroups(one, 0.5f, h.Input(x), h.Output(columns))),
            new(nameof(IBackend.RepeatRows), (backend, h) => backend.RepeatRows(one, 0.5f, h.Input(row), h.Output(x.Length))),
            new(nameof(IBackend.ScaleShift), (backend, h) => backend.ScaleShift(each, Activation.LeakyRelu(), h.Input(x), h.Input(other), h.Input(other), h.Output(x.Length))),
            new(nameof(IBackend.ScaleShiftGradient), (backend, h) => backend.ScaleShiftGradient(
                one, Activation.Tanh, h.Input(x), h.Input(other), h.Input(other), h.Input(row), h.Output(x.Length), h.Output(columns), h.Output(columns))),
            new(nameof(IBackend.Normalize), (backend, h) => backend.Normalize(single, 1e-5f, h.Input(x), h.Output(rows), h.Output(rows), h.Output(rows), h.Output(x.Length))),
            new(nameof(IBackend.Normalize), (backend, h) => backend.Normalize(
                one, 1e-5f, h.Input(x), h.Output(columns), h.Output(columns), h.Output(columns), h.Output(x.Length), new(Activation.Relu, h.Input(row), h.Input(row), h.Output(x.Length)))),
            new(nameof(IBackend.NormalizeGradient), (backend, h) => backend.NormalizeGradient(single, h.Input(x), h.Input(other), h.Input(Samples.Floats(rows, 4)), h.Output(x.Length))),
            new(nameof(IBackend.NormalizeGradient), (backend, h) => backend.NormalizeGradient(
                one, h.Input(x), h.Input(other), h.Input(row), h.Output(x.Length), new(Activation.Relu, h.Input(other), h.Input(row), h.Output(columns), h.Output(columns)))),
            new(nameof(IBackend.Upsample), (backend, h) => backend.Upsample(new(1, rows, 1, columns, 2), 0.5f, h.Input(x), h.Output(4 * x.Length))),
            new(nameof(IBackend.SumPool), (backend, h) => backend.SumPool(new(1, rows, 1, columns, 2), 0.5f, h.Input(Samples.Floats(4 * x.Length, 9)), h.Output(x.Length))),
            new(nameof(IBackend.DropoutMask), (backend, h) => backend.DropoutMask(0.3f, Seed, 2, h.Input([7u]), h.Output(x.Length))),
            new(nameof(IBackend.RunningMoments), (backend, h) => backend.RunningMoments(
                rows, columns, 0.1f, 1.1f, h.Input(row), h.Input(row), h.Input(x), h.Input(other), h.Output(columns), h.Output(columns))),
        ];
    }

    /// <summary>3x3 kernels over one image of a single row of pixels.</summary>
    private static ConvolutionShape Convolution(int pixels, int channels) => new(1, 1, pixels, channels, 5, 3, 3, 1, 1, 1, 1, pixels);

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
