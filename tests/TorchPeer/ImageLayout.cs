using static TorchSharp.torch;

namespace GanGpu.TorchPeer;

/// <summary>
/// How samples and weights of this library lie in TorchSharp's networks. Here an image is rows of pixels, a pixel its
/// channels; there it is [channels, rows, columns], and it is turned by half a circle besides. Where the rows of zeros
/// around an image are odd in number, TensorFlow's padding "SAME", which the presets have, puts one more at the end,
/// but PyTorch's convolutions, which know equal padding only and then leave out what no kernel reaches, in effect one
/// more at the beginning. For images and kernels that are both turned the two are the same, and TorchSharp needs no
/// copy of a padded image.
/// </summary>
internal static class ImageLayout
{
    /// <summary>[n, height · width · channels] to [n, channels, height, width].</summary>
    public static Tensor Images(Tensor samples, SampleShape shape) =>
        samples.reshape(-1, shape.Height, shape.Width, shape.Channels).flip(1, 2).permute(0, 3, 1, 2).contiguous();

    /// <summary>The way back.</summary>
    public static Tensor Samples(Tensor images) => images.permute(0, 2, 3, 1).flip(1, 2).flatten(1);

    /// <summary>[kernel · kernel · inputs, outputs] to [outputs, inputs, kernel, kernel].</summary>
    public static Tensor Kernels(Tensor weight, int kernel) =>
        weight.reshape(kernel, kernel, weight.shape[0] / (kernel * kernel), weight.shape[1]).flip(0, 1)
            .permute(3, 2, 0, 1).contiguous();

    /// <summary>The way back.</summary>
    public static Tensor Weight(Tensor kernels) => kernels.permute(2, 3, 1, 0).flip(0, 1).flatten(0, 2);
}
