using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Optimizers;
using GanGpu.Kernels.Random;
using GanGpu.Kernels.Reduction;
using GanGpu.Kernels.Resampling;

namespace GanGpu.Tests.Support;

/// <summary>
/// One bound launch of an operation, for what must hold of all of them alike: no allocation, the same bits for any
/// number of threads. That the numbers are right is the business of the operation's own tests.
/// </summary>
/// <param name="Operation">The launch.</param>
/// <param name="Bind">Makes the operands in a harness and binds the operation to them.</param>
internal sealed record OperationCase(Type Operation, Func<IBackend, OperationHarness, Action> Bind)
{
    private const ulong Seed = 11;

    /// <summary>Every operation, with about this many rows of an odd number of columns.</summary>
    public static IReadOnlyList<OperationCase> All(int rows, int columns)
    {
        int length = rows * columns;
        float[] x = Samples.Floats(length, 1), other = Samples.Floats(length, 2), row = Samples.Floats(columns, 3);
        return
        [
            new(typeof(GemmLaunch), (backend, h) =>
                backend.Bind(
                    new GemmLaunch(
                        new(rows, columns, rows), h.Input(Samples.Floats(rows * rows, 4)), h.Input(x),
                        h.Output(length), default))),
            new(typeof(GemmLaunch), (backend, h) => backend.Bind(new GemmLaunch(
                new(rows, rows, columns, TransposeB: true), h.Input(x), h.Input(other), h.Output(rows * rows), new()
                {
                    Bias = h.Input(Samples.Floats(rows, 5)),
                    Activation = Activation.Tanh,
                }))),
            new(typeof(GemmLaunch), (backend, h) => backend.Bind(new GemmLaunch(
                new(columns, columns, rows, TransposeA: true), h.Input(x), h.Input(other), h.Output(columns * columns),
                new() { ColumnSums = h.Output(columns) }))),
            new(typeof(GemmLaunch), (backend, h) => backend.Bind(new GemmLaunch(
                new(rows, columns, rows), h.Input(Samples.Floats(rows * rows, 4)), h.Input(x), h.Output(length), new()
                {
                    Output = h.Input(other),
                    Activation = Activation.LeakyRelu(),
                }))),
            new(typeof(GemmLaunch), (backend, h) =>
                backend.Bind(new GemmLaunch(new(rows, 1, columns), h.Input(x), h.Input(row), h.Output(rows), default))),
            new(typeof(GemmLaunch), (backend, h) =>
                backend.Bind(
                    new GemmLaunch(
                        new(1, rows, columns, TransposeB: true), h.Input(row), h.Input(x), h.Output(rows), default))),
            new(typeof(GroupedGemmLaunch), (backend, h) =>
                backend.Bind(
                    new GroupedGemmLaunch(
                        3, new(rows, columns, 8), h.Input(Samples.Floats(3 * rows * 8, 4)),
                        h.Input(Samples.Floats(3 * 8 * columns, 5)), h.Output(3 * length)))),
            new(typeof(GemmPairLaunch), (backend, h) =>
            {
                Slice<float> gradient = h.Input(other);
                return backend.Bind(new GemmPairLaunch(
                    new(new(columns, columns, rows, TransposeA: true), h.Input(x), gradient,
                        h.Output(columns * columns), new() { ColumnSums = h.Output(columns) }),
                    new(new(rows, columns, columns, TransposeB: true), gradient,
                        h.Input(Samples.Floats(columns * columns, 8)), h.Output(length),
                        new() { Output = h.Input(x), Activation = Activation.LeakyRelu() })));
            }),
            new(typeof(AddBiasLaunch), (backend, h) =>
                backend.Bind(new AddBiasLaunch(rows, columns, h.Input(x), h.Input(row), h.Output(length)))),
            new(typeof(ActivateLaunch), (backend, h) =>
                backend.Bind(new ActivateLaunch(Activation.Tanh, h.Input(x), h.Output(length)))),
            new(typeof(ActivateLaunch), (backend, h) =>
                backend.Bind(new ActivateLaunch(Activation.Sigmoid, h.Input(x), h.Output(length)))),
            new(typeof(ActivationGradientLaunch), (backend, h) =>
                backend.Bind(
                    new ActivationGradientLaunch(
                        Activation.LeakyRelu(), h.Input(x), h.Input(other), h.Output(length)))),
            new(typeof(ColumnSumsLaunch), (backend, h) =>
                backend.Bind(new ColumnSumsLaunch(rows, columns, h.Input(x), h.Output(columns)))),
            new(typeof(BroadcastRowsLaunch), (backend, h) =>
                backend.Bind(new BroadcastRowsLaunch(rows, columns, h.Input(row), h.Output(length)))),
            new(typeof(AddLaunch), (backend, h) =>
                backend.Bind(new AddLaunch(h.Input(x), h.Input(other), h.Output(length)))),
            new(typeof(MultiplyLaunch), (backend, h) =>
                backend.Bind(new MultiplyLaunch(h.Input(x), h.Input(other), h.Output(length)))),
            new(typeof(ScaleLaunch), (backend, h) => backend.Bind(new ScaleLaunch(0.3f, h.Input(x), h.Output(length)))),
            new(typeof(FillLaunch), (backend, h) => backend.Bind(new FillLaunch(0.3f, h.Output(length)))),
            new(typeof(LogitLossLaunch), (backend, h) =>
                backend.Bind(
                    new LogitLossLaunch(
                        LogitLossKind.SigmoidCrossEntropy, new(length / 3, 0.9f, 0f), h.Input(x), h.Output(length),
                        h.Output(4)))),
            new(typeof(LogitsLayerLaunch), (backend, h) =>
                backend.Bind(new LogitsLayerLaunch(rows, columns, new(rows / 3, 0.9f, 0f))
            {
                X = h.Input(x),
                Weights = h.Input(row),
                Bias = h.Input([0.5f]),
                Logits = h.Output(rows),
                Gradient = h.Output(rows),
                Metrics = h.Output(4),
                WeightGradient = h.Output(columns),
                BiasGradient = h.Output(1),
                InputGradient = h.Output(length),
                InputActivation = Activation.LeakyRelu(),
                Clock = new(new(), h.InOut([3u]), h.Input([1e-3f]), h.Output(2), h.InOut(new float[8])),
            })),
            new(typeof(GradientPenaltyLaunch), (backend, h) => backend.Bind(new GradientPenaltyLaunch(
                new(rows, columns, rows / 3, 1f, 10f, 2f), h.Input(x), h.Output(rows), h.Output(length), h.Output(4)))),
            new(typeof(InterpolateLaunch), (backend, h) =>
                backend.Bind(
                    new InterpolateLaunch(
                        rows, columns, Seed, 2, h.Input([7u]), h.Input(x), h.Input(other), h.Output(length)))),
            new(typeof(AugmentLaunch), (backend, h) =>
                backend.Bind(
                    new AugmentLaunch(
                        new(rows, columns, 1, 1, 31, 0), Seed, 2, h.Input([7u]), h.Input(x), h.Output(length)))),
            new(typeof(AugmentLaunch), (backend, h) =>
                backend.Bind(
                    new AugmentLaunch(
                        new(rows, 1, 1, columns, 31, 1), Seed, 2, h.Input([7u]), h.Input(x), h.Output(length)))),
            new(typeof(RowSumsLaunch), (backend, h) =>
                backend.Bind(new RowSumsLaunch(rows, columns, h.Input(x), h.Output(rows)))),
            new(typeof(RowSumsLaunch), (backend, h) =>
                backend.Bind(new RowSumsLaunch(1, length, h.Input(x), h.Output(1)))),
            new(typeof(RowDotsLaunch), (backend, h) =>
                backend.Bind(new RowDotsLaunch(rows, columns, h.Input(x), h.Input(other), h.Output(rows)))),
            new(typeof(BroadcastColumnsLaunch), (backend, h) =>
                backend.Bind(new BroadcastColumnsLaunch(columns, rows, h.Input(row), h.Output(length)))),
            new(typeof(ScaleRowsLaunch), (backend, h) =>
                backend.Bind(new ScaleRowsLaunch(columns, rows, h.Input(x), h.Input(row), h.Output(length)))),
            new(typeof(ScaleRowsLaunch), (backend, h) =>
                backend.Bind(new ScaleRowsLaunch(1, length, h.Input(x), h.Input([0.3f]), h.Output(length)))),
            new(typeof(RowDirectionsLaunch), (backend, h) =>
                backend.Bind(new RowDirectionsLaunch(rows, columns, 1e-12f, h.Input(x), h.Output(length)))),
            new(typeof(ElementwiseLaunch), (backend, h) =>
                backend.Bind(new ElementwiseLaunch(new(ElementwiseKind.Softplus), h.Input(x), h.Output(length)))),
            new(typeof(ConcatenateColumnsLaunch), (backend, h) =>
                backend.Bind(
                    new ConcatenateColumnsLaunch(
                        rows, columns, 1, h.Input(x), h.Input(Samples.Floats(rows, 9)), h.Output(length + rows)))),
            new(typeof(SliceColumnsLaunch), (backend, h) =>
                backend.Bind(
                    new SliceColumnsLaunch(rows, columns, 1, columns - 1, h.Input(x), h.Output(length - rows)))),
            new(typeof(PadColumnsLaunch), (backend, h) =>
                backend.Bind(
                    new PadColumnsLaunch(rows, columns + 2, 1, columns, h.Input(x), h.Output(length + (2 * rows))))),
            new(typeof(GatherRowsLaunch), (backend, h) =>
                backend.Bind(
                    new GatherRowsLaunch(rows, rows, columns, h.Input(x), h.Input(Labels(rows)), h.Output(length)))),
            new(typeof(ScatterAddRowsLaunch), (backend, h) =>
                backend.Bind(
                    new ScatterAddRowsLaunch(
                        rows, rows, columns, h.Input(x), h.Input(Labels(rows)), h.Output(length)))),
            new(typeof(OneHotLaunch), (backend, h) =>
                backend.Bind(new OneHotLaunch(rows, columns, h.Input(Labels(rows)), h.Output(length)))),
            new(typeof(RealLabelsLaunch), (backend, h) =>
                backend.Bind(
                    new RealLabelsLaunch(
                        new(3 * rows, rows, Seed), h.Input([4u]), h.Input([.. Enumerable.Range(0, 3 * rows)]),
                        h.Output(rows)))),
            new(typeof(RandomLabelsLaunch), (backend, h) =>
                backend.Bind(new RandomLabelsLaunch(10, Seed, 2, h.Input([7u]), h.Output(length)))),
            new(typeof(SoftmaxLaunch), (backend, h) =>
                backend.Bind(new SoftmaxLaunch(rows, columns, h.Input(x), h.Output(length)))),
            new(typeof(LogSumExpLaunch), (backend, h) =>
                backend.Bind(new LogSumExpLaunch(rows, columns, h.Input(x), h.Output(rows)))),
            new(typeof(SoftmaxCrossEntropyLaunch), (backend, h) => backend.Bind(new SoftmaxCrossEntropyLaunch(
                rows, columns, new(rows / 3), h.Input(x), h.Input(Labels(rows)), h.Output(length), h.Output(2 * rows),
                h.Output(4)))),
            .. Normalization(rows, columns, x, other),
            new(typeof(ConvolutionLaunch), (backend, h) => backend.Bind(new ConvolutionLaunch(
                Convolution(rows, columns), h.Input(x), h.Input(Samples.Floats(9 * 5 * columns, 9)),
                h.Output(5 * rows), new()
                {
                    Bias = h.Input(Samples.Floats(5, 5)),
                    Activation = Activation.Tanh,
                }))),
            new(typeof(ConvolutionInputGradientLaunch), (backend, h) => backend.Bind(new ConvolutionInputGradientLaunch(
                Convolution(rows, columns), h.Input(Samples.Floats(5 * rows, 4)),
                h.Input(Samples.Floats(9 * 5 * columns, 9)), h.Output(length), new()
                {
                    Output = h.Input(other),
                    Activation = Activation.LeakyRelu(),
                }))),
            new(typeof(ConvolutionWeightGradientLaunch), (backend, h) =>
                backend.Bind(new ConvolutionWeightGradientLaunch(
                Convolution(rows, columns), h.Input(x), h.Input(Samples.Floats(5 * rows, 4)), h.Output(9 * 5 * columns),
                new() { ColumnSums = h.Output(5) }))),
            new(typeof(AdvanceStepLaunch), (backend, h) =>
                backend.Bind(
                    new AdvanceStepLaunch(
                        new(new(), h.InOut([5u]), h.Input([1e-3f]), h.Output(2), h.InOut(other)), h.Input(row)))),
            new(typeof(AdamLaunch), (backend, h) => backend.Bind(new AdamLaunch(
                new(), h.Input([1e-3f, 2f]), h.InOut(x), h.Input(other), h.InOut(Samples.Floats(length, 6)),
                h.InOut([.. x.Select(value => value * value)])))),
            new(typeof(LogitLossLaunch), (backend, h) =>
                backend.Bind(
                    new LogitLossLaunch(
                        LogitLossKind.Hinge, new(length / 3, 1f, -1f), h.Input(x), h.Output(length), h.Output(4)))),
            new(typeof(LogitLossLaunch), (backend, h) =>
                backend.Bind(
                    new LogitLossLaunch(
                        LogitLossKind.RelativisticPairing, new(length, 1f, 0f), h.Input([.. x, .. other]),
                        h.Output(2 * length), h.Output(4)))),
            new(typeof(RmsPropLaunch), (backend, h) =>
                backend.Bind(
                    new RmsPropLaunch(
                        new(), h.Input([1e-3f, 1f]), h.InOut(x), h.Input(other),
                        h.InOut([.. x.Select(value => value * value)])))),
            new(typeof(SgdLaunch), (backend, h) =>
                backend.Bind(
                    new SgdLaunch(
                        new(Momentum: 0.9), h.Input([1e-3f, 1f]), h.InOut(x), h.Input(other),
                        h.InOut(Samples.Floats(length, 6))))),
            new(typeof(GradientNormLaunch), (backend, h) =>
                backend.Bind(new GradientNormLaunch(0.5f, h.InOut(x), h.Output(1)))),
            new(typeof(WeightClipLaunch), (backend, h) => backend.Bind(new WeightClipLaunch(0.5f, h.InOut(x)))),
            new(typeof(WeightAverageLaunch), (backend, h) =>
                backend.Bind(new WeightAverageLaunch(new(0.99, 0.05), 2, h.Input([7u]), h.Input(other), h.InOut(x)))),
            new(typeof(AccumulateLaunch), (backend, h) =>
                backend.Bind(new AccumulateLaunch(0.25f, h.Input(other), h.InOut(x)))),
            new(typeof(NoiseLaunch), (backend, h) =>
                backend.Bind(new NoiseLaunch(NoiseDistribution.Normal, Seed, 2, h.Input([7u]), h.Output(length)))),
            new(typeof(NoiseLaunch), (backend, h) =>
                backend.Bind(new NoiseLaunch(NoiseDistribution.Uniform, Seed, 2, h.Input([7u]), h.Output(length)))),
            new(typeof(BatchLaunch), (backend, h) =>
                backend.Bind(
                    new BatchLaunch(
                        new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length)),
                        h.Output(length)))),
            new(typeof(BatchLaunch), (backend, h) => backend.Bind(new BatchLaunch(
                new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length)), h.Output(length), new()
                {
                    FlipWidth = columns,
                    Channels = 1,
                }))),
            new(typeof(BatchLaunch), (backend, h) => backend.Bind(new BatchLaunch(
                new(3 * rows, rows, Seed), columns, h.Input([4u]), h.Input(Bytes(3 * length * sizeof(float))),
                h.Output(length), new() { Decoding = SampleDecoding.Floats }))),
        ];
    }

    private static float[] Labels(int rows) => [.. Enumerable.Range(0, rows).Select(row => (float)(row * 7 % rows))];

    private static IEnumerable<OperationCase> Normalization(int rows, int columns, float[] x, float[] other)
    {
        RowGroups one = new(1, rows, columns), each = new(rows, 1, columns), single = new(rows, columns, 1);
        float[] row = Samples.Floats(columns, 3);
        return
        [
            new(typeof(SumRowGroupsLaunch), (backend, h) =>
                backend.Bind(new SumRowGroupsLaunch(one, 0.5f, h.Input(x), h.Output(columns)))),
            new(typeof(RepeatRowsLaunch), (backend, h) =>
                backend.Bind(new RepeatRowsLaunch(one, 0.5f, h.Input(row), h.Output(x.Length)))),
            new(typeof(ScaleShiftLaunch), (backend, h) =>
                backend.Bind(
                    new ScaleShiftLaunch(
                        each, Activation.LeakyRelu(), h.Input(x), h.Input(other), h.Input(other), h.Output(x.Length)))),
            new(typeof(ScaleShiftGradientLaunch), (backend, h) => backend.Bind(new ScaleShiftGradientLaunch(
                one, h.Input(x), h.Input(other), h.Output(x.Length),
                new(Activation.Tanh, h.Input(other), h.Input(row), h.Output(columns), h.Output(columns))))),
            new(typeof(NormalizeLaunch), (backend, h) =>
                backend.Bind(
                    new NormalizeLaunch(
                        single, 1e-5f, h.Input(x), h.Output(rows), h.Output(rows), h.Output(rows),
                        h.Output(x.Length)))),
            new(typeof(NormalizeLaunch), (backend, h) => backend.Bind(new NormalizeLaunch(
                one, 1e-5f, h.Input(x), h.Output(columns), h.Output(columns), h.Output(columns), h.Output(x.Length),
                new(Activation.Relu, h.Input(row), h.Input(row), h.Output(x.Length))))),
            new(typeof(NormalizeGradientLaunch), (backend, h) =>
                backend.Bind(
                    new NormalizeGradientLaunch(
                        single, h.Input(x), h.Input(other), h.Input(Samples.Floats(rows, 4)), h.Output(x.Length)))),
            new(typeof(NormalizeGradientLaunch), (backend, h) => backend.Bind(new NormalizeGradientLaunch(
                one, h.Input(x), h.Input(other), h.Input(row), h.Output(x.Length),
                new(Activation.Relu, h.Input(other), h.Input(row), h.Output(columns), h.Output(columns))))),
            new(typeof(UpsampleLaunch), (backend, h) =>
                backend.Bind(
                    new UpsampleLaunch(new(1, rows, 1, columns, 2), 0.5f, h.Input(x), h.Output(4 * x.Length)))),
            new(typeof(SumPoolLaunch), (backend, h) =>
                backend.Bind(
                    new SumPoolLaunch(
                        new(1, rows, 1, columns, 2), 0.5f, h.Input(Samples.Floats(4 * x.Length, 9)),
                        h.Output(x.Length)))),
            new(typeof(DropoutMaskLaunch), (backend, h) =>
                backend.Bind(new DropoutMaskLaunch(0.3f, Seed, 2, h.Input([7u]), h.Output(x.Length)))),
            new(typeof(RunningMomentsLaunch), (backend, h) => backend.Bind(new RunningMomentsLaunch(
                rows, columns, 0.1f, 1.1f, new(h.Input(row), h.Input(row)), new(h.Input(x), h.Input(other)),
                new(h.Output(columns), h.Output(columns))))),
        ];
    }

    /// <summary>3x3 kernels over one image of a single row of pixels.</summary>
    private static ConvolutionShape Convolution(int pixels, int channels) =>
        new(1, 1, pixels, channels, 5, new(3, 3, 1, 1, 1), 1, pixels);

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
