using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Reduction;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>
/// Batch norm with ReLU of 64 images of 16 x 16 pixels and 64 channels, in the layout that each side prefers.
/// </summary>
internal static class NormalizationKernels
{
    private const int Batch = 64, Size = 16, Channels = 64, Rows = Batch * Size * Size;

    private static readonly RowGroups Shape = new(1, Rows, Channels);

    public static IEnumerable<(string, Func<Operands, KernelPair>)> All() =>
    [
        ("batch norm, ReLU", operands => Layer(operands, backward: false)),
        ("batch norm, ReLU, and all gradients", operands => Layer(operands, backward: true)),
    ];

    private static KernelPair Layer(Operands operands, bool backward)
    {
        (Slice<float> x, Tensor tx) = operands.Input(Rows, Channels);
        (Slice<float> dy, Tensor tdy) = operands.Input(Rows, Channels);
        (Slice<float> scale, Tensor tscale) = operands.Input(Channels);
        (Slice<float> shift, Tensor tshift) = operands.Input(Channels);
        Slice<float> normalized = operands.Output(Shape.Length), y = operands.Output(Shape.Length),
            dx = operands.Output(Shape.Length);
        Slice<float> rstd = operands.Output(Channels), dScale = operands.Output(Channels),
            dShift = operands.Output(Channels);
        Action ours = operands.Backend.Bind(new NormalizeLaunch(
            Shape, 1e-5f, x, operands.Output(Channels), operands.Output(Channels), rstd, normalized,
            new(Activation.Relu, scale, shift, y)));
        if (backward)
            ours += operands.Backend.Bind(
                new NormalizeGradientLaunch(
                    Shape, dy, normalized, rstd, dx, new(Activation.Relu, y, scale, dScale, dShift)));

        Tensor images = Images(tx), cotangent = Images(tdy);
        if (backward)
        {
            foreach (Tensor leaf in new[] { images, tscale, tshift })
                leaf.requires_grad_(true);
        }

        Func<Tensor[]> theirs = () =>
        {
            using Tensor mean = zeros(Channels), variance = ones(Channels);
            using Tensor sum =
                functional.batch_norm(images, mean, variance, tscale, tshift, training: true, momentum: 0.1, eps: 1e-5);
            Tensor output = functional.relu(sum);
            if (!backward)
                return [output];
            using (output)
                return [.. autograd.grad([output], [images, tscale, tshift], [cotangent])];
        };
        return new(ours, theirs, () =>
        {
            ours();
            operands.Backend.Synchronize();
            Tensor[] expected = theirs();
            using (Tensor rows = expected[0].permute(0, 2, 3, 1))
                KernelPair.Same(Operands.Download(backward ? dx : y), rows);
            if (backward)
            {
                KernelPair.Same(Operands.Download(dScale), expected[1]);
                KernelPair.Same(Operands.Download(dShift), expected[2]);
            }

            foreach (Tensor tensor in expected)
                tensor.Dispose();
        });

        Tensor Images(Tensor rows)
        {
            using Tensor view = rows.reshape(Batch, Size, Size, Channels).permute(0, 3, 1, 2);
            return operands.Own(view.contiguous());
        }
    }
}
