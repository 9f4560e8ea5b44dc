using GanGpu.Graph;
using GanGpu.Kernels.Convolution;
using GanGpu.Networks;
using GanGpu.Planning;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

/// <summary>
/// Convolutional layers: their sizes, what the planner joins to them, and whole networks of them on every device.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public class ConvolutionLayersTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>PyTorch's Conv2d.</summary>
    [Theory]
    [InlineData(32, 4, 2, 1, 16)]
    [InlineData(4, 4, 1, 0, 1)]
    [InlineData(7, 3, 2, 1, 4)]
    [InlineData(7, 3, 2, 0, 3)]
    [InlineData(5, 7, 1, 3, 5)]
    public void A_convolution_has_the_side(int side, int kernel, int stride, int padding, int expected)
    {
        Parameters parameters = new();
        FeatureMap y = Images(2, side, side + stride, 3)
            .Convolution(parameters, "conv", 5, Layer(kernel, stride, padding) with { Bias = Initializer.Zeros });
        Assert.Equal((2, expected, expected + 1, 5), (y.Batch, y.Height, y.Width, y.Channels));
        Assert.Equal(["conv.weight", "conv.bias"], parameters.All.Select(parameter => parameter.Tensor.Name));
        Assert.Equal(
            [new Shape(kernel * kernel * 3, 5), new Shape(1, 5)],
            parameters.All.Select(parameter => parameter.Tensor.Shape));
    }

    /// <summary>PyTorch's ConvTranspose2d.</summary>
    [Theory]
    [InlineData(4, 4, 2, 1, 0, 8)]
    [InlineData(1, 4, 1, 0, 0, 4)]
    [InlineData(4, 3, 2, 1, 1, 8)]
    [InlineData(4, 5, 2, 2, 0, 7)]
    public void A_transposed_convolution_has_the_side(
        int side, int kernel, int stride, int padding, int outputPadding, int expected)
    {
        Parameters parameters = new();
        FeatureMap y = Images(2, side, side + 1, 3)
            .TransposedConvolution(
                parameters, "deconv", 5, Layer(kernel, stride, padding) with { OutputPadding = outputPadding });
        Assert.Equal((2, expected, expected + stride, 5), (y.Batch, y.Height, y.Width, y.Channels));
        Assert.Equal(new Shape(kernel * kernel * 5, 3), Assert.Single(parameters.All).Tensor.Shape);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused_by_name()
    {
        Parameters parameters = new();
        FeatureMap x = Images(1, 4, 4, 1);
        foreach (Action build in new Action[]
        {
            () => x.Convolution(parameters, "conv", 1, Layer(7, 1, 1)),
            () => x.Convolution(parameters, "conv", 1, Layer(3, 0, 1)),
            () => x.Convolution(parameters, "conv", 1, Layer(3, 1, -2)),
            () => x.Convolution(parameters, "conv", 1, Layer(3, 1, 1) with { OutputPadding = 1 }),
            () => x.SameConvolution(parameters, "conv", 1, Layer(3, 1, 1)),
            () => x.SameTransposedConvolution(parameters, "conv", 1, Layer(5, 2), 6, 8),
            () => x.SameTransposedConvolution(parameters, "conv", 1, Layer(5, 2, 1), 7, 7),
            () => x.SameConvolution(parameters, "conv", 1, Layer(3, 0)),
            () => x.SameTransposedConvolution(parameters, "conv", 1, Layer(3, 0), 8, 8),
            () => x.SameTransposedConvolution(parameters, "conv", 1, Layer(0, 2), 8, 8),
            () => x.TransposedConvolution(parameters, "conv", 1, Layer(4, 0)),
            () => x.TransposedConvolution(parameters, "conv", 1, Layer(2, 1, 4)),
            () => x.TransposedConvolution(parameters, "conv", 1, Layer(4, 2, 1) with { OutputPadding = 2 }),
        })
        {
            Assert.Contains(
                "The layer 'conv'", Assert.Throws<ArgumentException>(build).Message, StringComparison.Ordinal);
        }

        Assert.Empty(parameters.All);
    }

    /// <summary>
    /// TensorFlow's "SAME": ⌈side / stride⌉ pixels, and of an odd number of zeros the one more behind.
    /// </summary>
    [Theory]
    [InlineData(28, 5, 2, 14, 1)]
    [InlineData(7, 5, 2, 4, 2)]
    [InlineData(6, 3, 1, 6, 1)]
    [InlineData(8, 4, 2, 4, 1)]
    [InlineData(5, 1, 2, 3, 0)]
    public void Same_has_the_side_and_the_smaller_half_of_its_zeros_before(
        int side, int kernel, int stride, int expected, int before)
    {
        FeatureMap y = Images(1, side, side, 1).SameConvolution(new(), "conv", 3, Layer(kernel, stride));
        Assert.Equal((expected, expected), (y.Height, y.Width));
        ConvolutionShape shape = Assert.IsType<Convolution>(y.Tensor.Producer).ConvolutionShape;
        Assert.Equal((before, before), (shape.PaddingTop, shape.PaddingLeft));
        FeatureMap back = y.SameTransposedConvolution(new(), "deconv", 1, Layer(kernel, stride), side, side);
        Assert.Equal((side, side), (back.Height, back.Width));
        Assert.Equal(shape, Assert.IsType<ConvolutionInputGradient>(back.Tensor.Producer).ConvolutionShape);
    }

    [Fact]
    public void Bias_activation_and_their_gradients_join_the_convolution()
    {
        Tensor input = new("x", new Shape(3, 4 * 4 * 6)), cotangent = new("cotangent", new Shape(3 * 8 * 8, 3));
        Parameters parameters = new();
        Tensor y = FeatureMap.Of(input, new SampleShape(4, 4, 6))
            .Convolution(
                parameters, "first", 4, Layer(3, 1, 1) with { Bias = Initializer.Zeros, Activation = Activation.LeakyRelu() })
            .TransposedConvolution(
                parameters, "second", 2, Layer(4, 2, 1) with { Bias = Initializer.Zeros, Activation = Activation.Tanh })
            .Convolution(parameters, "third", 3, Layer(3, 1, 1) with { Bias = Initializer.Zeros }).Tensor;
        Tensor[] trained = [.. parameters.All.Select(parameter => parameter.Tensor)],
            results = [y, .. Gradients.Of([(y, cotangent)], trained)];
        Plan plan = Planner.Build(results, new HashSet<Tensor>([input, cotangent, .. trained, .. results]));
        // The bias gradient of a transposed layer sums what is the larger image of its weight gradient.
        Assert.Single(plan.Launches.OfType<ColumnSums>());
        FusedConvolution[] convolutions = [.. plan.Launches.OfType<FusedConvolution>()];
        Assert.Equal(plan.Launches.Count - 1, convolutions.Length);
        string[] expected =
        [
            "Convolution: bias", $"Convolution: bias, {Activation.LeakyRelu()}",
                $"Convolution: gradient of {Activation.LeakyRelu()}",
            $"ConvolutionInputGradient: bias, {Activation.Tanh}",
            $"ConvolutionInputGradient: gradient of {Activation.Tanh}",
            "ConvolutionWeightGradient: ", "ConvolutionWeightGradient: column sums",
            "ConvolutionWeightGradient: column sums",
        ];
        Assert.Equal(
            expected, convolutions.Select(launch => $"{launch.Cost.Operation}: {launch.Cost.Fused}")
            .Order(StringComparer.Ordinal));
        Assert.Equal(
            2L * (3 * 4 * 4) * (3 * 3 * 6) * 4, convolutions.First(launch => launch.Pass == ConvolutionPass.Forward)
            .Cost.Flops);
    }

    /// <summary>
    /// A generator and a discriminator after it, forward and the gradients of all parameters. Sums of at most 108
    /// products, each below 1, round by 1.3e-6 · √108 / 4 at most; what flows on through five layers is as much again,
    /// relative to values.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Networks_of_convolutions_agree_with_float64(string device)
    {
        (Tensor[] results, Tensor[] leaves) = Networks();
        GraphOnDevice.Check(device, results, GraphOnDevice.Values(5, leaves), absolute: 4e-6, relative: 2e-5);
    }

    private static FeatureMap Images(int batch, int height, int width, int channels) =>
        FeatureMap.Of(
            new Tensor("x", new Shape(batch, height * width * channels)), new SampleShape(height, width, channels));

    private static (Tensor[] Results, Tensor[] Leaves) Networks()
    {
        Tensor latent = new("latent", new Shape(3, 6)), cotangent = new("cotangent", new Shape(3, 1));
        Parameters parameters = new();
        FeatureMap x = FeatureMap.Of(latent, new SampleShape(1, 1, 6))
            .TransposedConvolution(
                parameters, "g1", 4, Layer(3, 1) with { Bias = Initializer.Zeros, Activation = Activation.Relu })
            .TransposedConvolution(
                parameters, "g2", 2, Layer(4, 2, 1) with { Bias = Initializer.Zeros, Activation = Activation.Tanh });
        Assert.Equal((6, 6, 2), (x.Height, x.Width, x.Channels));
        Tensor logits = x
            .Convolution(parameters, "d1", 5, Layer(4, 2, 1) with { Bias = Initializer.Zeros, Activation = Activation.LeakyRelu() })
            .Convolution(parameters, "d2", 3, Layer(3, 1, 1) with { Bias = Initializer.Zeros, Activation = Activation.Sigmoid })
            .Convolution(parameters, "d3", 1, Layer(3, 1) with { Bias = Initializer.Zeros }).Tensor;
        Tensor[] trained = [.. parameters.All.Select(parameter => parameter.Tensor)];
        return ([logits, .. Gradients.Of([(logits, cotangent)], trained)], [latent, cotangent, .. trained]);
    }

    private static ConvolutionOptions Layer(int kernel, int stride, int padding = 0) =>
        new(kernel, stride) { Padding = padding, Weight = Initializer.HeNormal };
}
