using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Resampling;

/// <summary>
/// Nearest-neighbour up-sampling of images by an integer factor, which repeats each pixel over its block, and its
/// transpose, the sums of the blocks; see <see cref="ResamplingShape"/>. Both multiply by a scale: 1 / Factor² makes
/// the sums means. One thread per element of the output. Overwrites y.
/// </summary>
internal sealed class ResamplingGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static ResamplingGpu Of(IGpu gpu) => gpu.Kernels(static g => new ResamplingGpu(g.Loader));

    /// <summary>y [Large, Channels] = scale · x of the small pixel.</summary>
    public static void RepeatKernel(ResamplingShape shape, float scale, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Large * shape.Channels)
        {
            int channel = i % shape.Channels, pixel = i / shape.Channels, width = shape.Width * shape.Factor;
            // Rows of all images, one below the other: a block never extends into the next image.
            int row = pixel / width / shape.Factor, column = pixel % width / shape.Factor;
            y[i] = scale * x[(row * shape.Width + column) * shape.Channels + channel];
        }
    }

    /// <summary>y [Small, Channels] = scale · Σ x over the block, row by row.</summary>
    public static void SumKernel(ResamplingShape shape, float scale, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < shape.Small * shape.Channels)
        {
            int channel = i % shape.Channels, pixel = i / shape.Channels, width = shape.Width * shape.Factor;
            int first = (pixel / shape.Width * shape.Factor * width + pixel % shape.Width * shape.Factor)
                * shape.Channels + channel;
            float sum = 0f;
            for (int row = 0; row < shape.Factor; row++)
            {
                for (int column = 0; column < shape.Factor; column++)
                    sum += x[first + (row * width + column) * shape.Channels];
            }

            y[i] = scale * sum;
        }
    }

    public Action BindRepeat(
        AcceleratorStream stream, ResamplingShape shape, float scale, ArrayView<float> x, ArrayView<float> y) =>
        Bind(stream, RepeatKernel, shape, scale, x, y);

    public Action BindSum(
        AcceleratorStream stream, ResamplingShape shape, float scale, ArrayView<float> x, ArrayView<float> y) =>
        Bind(stream, SumKernel, shape, scale, x, y);

    private Action Bind(
        AcceleratorStream stream, Action<ResamplingShape, float, ArrayView<float>, ArrayView<float>> kernel,
        ResamplingShape shape, float scale, ArrayView<float> x, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, ResamplingShape, float, ArrayView<float>,
            ArrayView<float>>>(kernel);
        KernelConfig config = loader.PerElement(y.IntLength);
        return () => launch(stream, config, shape, scale, x, y);
    }
}
