using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>Weight and input gradient in one launch, on every device, against float64.</summary>
[Collection(TestDevices.Collection)]
public class GemmPairTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>Layers of batch x in → out: awkward ones, and those of the article's GAN.</summary>
    [Tests<GemmPairLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Both_gradients_of_a_layer(string device)
    {
        (int Batch, int In, int Out)[] layers = device == "emulator"
            ? [(5, 7, 3)]
            : [(1, 1, 1), (5, 7, 3), (33, 31, 65), (16, 36, 40), (300, 40, 36),
                .. (ReadOnlySpan<(int, int, int)>)(TestDevices.IsInterpreted(device) ? []
                    : [(64, 256, 784), (128, 256, 128)])];
        foreach ((int batch, int width, int units) in layers)
        {
            // On a GPU each is a kernel of its own for each tile, which a driver compiles for most of a second.
            foreach (
                Activation activation in ReferenceActivation.All.Where(activation => TestDevices.IsHost(device)
                    || width == 7 || activation == ReferenceActivation.All[^1]))
                Check(device, batch, width, units, activation, columnSums: true, gradient: true);
            Check(device, batch, width, units, default, columnSums: false, gradient: false);
        }

        if (device == "emulator")
            Check(device, 16, 36, 40, Activation.Tanh, columnSums: true, gradient: true);
    }

    [Fact]
    public void Products_of_other_forms_are_refused()
    {
        IBackend backend = TestDevices.Open("cpu");
        using OperationHarness h = new(backend, "GemmPair");
        GemmLaunch weights =
            new(new(2, 2, 2, TransposeA: true), h.Input(new float[4]), h.Input(new float[4]), h.Output(4), default);
        GemmLaunch inputs =
            new(new(2, 2, 2, TransposeB: true), h.Input(new float[4]), h.Input(new float[4]), h.Output(4), default);
        Assert.Contains(
            "the first product must be",
            Assert.Throws<ArgumentException>(() => backend.Bind(new GemmPairLaunch(inputs, inputs))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "the second product must be",
            Assert.Throws<ArgumentException>(() => backend.Bind(new GemmPairLaunch(weights, weights))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "overlaps",
            Assert.Throws<ArgumentException>(
                () => backend.Bind(new GemmPairLaunch(weights, inputs with { A = weights.C }))).Message,
            StringComparison.Ordinal);
    }

    private static void Check(string device, int batch, int width, int units, Activation activation, bool columnSums,
        bool gradient)
    {
        GemmShape weightShape = new(width, units, batch, TransposeA: true),
            inputShape = new(batch, width, units, TransposeB: true);
        float[] x =
            [.. Samples.Floats(batch * width, 1).Select(value => (float)ReferenceActivation.Apply(activation, value))];
        float[] dy = Samples.Floats(batch * units, 2), w = Samples.Floats(width * units, 3);
        IBackend backend = TestDevices.Open(device);
        using OperationHarness h = new(backend, $"{device}: GemmPair {weightShape} and {inputShape} {activation}");
        Slice<float> deviceX = h.Input(x), deviceDy = h.Input(dy), dw = h.Output(width * units),
            dx = h.Output(batch * width);
        GemmEpilogue sums = columnSums ? new() { ColumnSums = h.Output(units) } : default;
        GemmEpilogue through = gradient ? new() { Output = deviceX, Activation = activation } : default;
        List<(Slice<float>, Expected)> results =
        [
            (dw, ReferenceGemm.Product(weightShape, x, dy)),
            (dx, gradient ? ReferenceGemm.TimesDerivative(inputShape, dy, w, x, activation)
                : ReferenceGemm.Product(inputShape, dy, w)),
        ];
        if (sums.ColumnSums is { } db)
            results.Add((db, ReferenceGemm.ColumnSums(weightShape, dy)));
        h.Check(backend.Bind(
            new GemmPairLaunch(
                new(weightShape, deviceX, deviceDy, dw, sums), new(inputShape, deviceDy, h.Input(w), dx, through))),
            [.. results]);
    }
}
