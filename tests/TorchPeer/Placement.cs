using static TorchSharp.torch;

namespace GanGpu.TorchPeer;

/// <summary>One parameter: this library's matrix as TorchSharp's module has it, and the way back.</summary>
internal sealed record Placement(Func<Tensor, Tensor> Theirs, Func<Tensor, Tensor> Ours)
{
    /// <summary>A bias, or what a batch norm keeps of each channel: [1, n] and [n].</summary>
    public static Placement Vector => new(row => row.flatten(), vector => vector.unsqueeze(0));

    /// <summary>A dense layer's weight: [inputs, outputs] and [outputs, inputs].</summary>
    public static Placement Dense => new(weight => weight.t(), weight => weight.t());

    /// <summary>That of a dense layer which is given images.</summary>
    public static Placement DenseOfImages(SampleShape shape) => new(
        weight => ImageLayout.Images(weight.t(), shape).flatten(1),
        weight => ImageLayout.Samples(weight.reshape(-1, shape.Channels, shape.Height, shape.Width)).t());

    /// <summary>That of a dense layer which makes images.</summary>
    public static Placement DenseToImages(SampleShape shape) => new(
        weight => ImageLayout.Images(weight, shape).flatten(1).t(),
        weight => ImageLayout.Samples(weight.t().reshape(-1, shape.Channels, shape.Height, shape.Width)));

    /// <summary>Its bias.</summary>
    public static Placement BiasToImages(SampleShape shape) => new(
        bias => ImageLayout.Images(bias, shape).flatten(),
        bias => ImageLayout.Samples(bias.reshape(1, shape.Channels, shape.Height, shape.Width)));

    /// <summary>A convolution's weight, or that of a transposed one.</summary>
    public static Placement Convolution(int kernel) =>
        new(weight => ImageLayout.Kernels(weight, kernel), ImageLayout.Weight);
}
