using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// DiffAugment (see <see cref="Augmentation"/>) of samples x, a group of threads per sample. With p a pixel's mean over
/// its channels and m the sample's mean, colour maps x to c·(s·(x − p) + p − m) + m + b; then the sample is moved and
/// cut. The linear part of the colour map is symmetric, so that the transpose moves back first and then maps colours
/// the same way. Overwrites y.
/// </summary>
internal sealed class AugmentGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static AugmentGpu Of(IGpu gpu) => gpu.Kernels(static g => new AugmentGpu(g.Loader));

    private const int GroupSize = 64;

    public static void AugmentKernel(
        AugmentShape shape, ulong seed, uint stream, ArrayView<uint> step, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(GroupSize);
        int row = Grid.IdxX, thread = Group.IdxX, first = row * shape.Length, pixels = shape.Height * shape.Width;
        AugmentDraw draw = AugmentDraw.Of(shape, seed, stream, step[0], row);
        bool back = shape.Adjoint == 1;

        float sum = 0f;
        for (int i = thread; i < pixels; i += GroupSize)
        {
            int from = back ? Back(shape, draw, i) : i;
            for (int c = 0; c < shape.Channels; c++)
                sum += from < 0 ? 0f : x[first + from * shape.Channels + c];
        }

        sums[thread] = sum;
        for (int half = GroupSize / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
                sums[thread] += sums[thread + half];
        }

        Group.Barrier();
        float sampleMean = sums[0] / shape.Length, offset = shape.Adjoint == 0 ? draw.Brightness : 0f;
        for (int i = thread; i < pixels; i += GroupSize)
        {
            int from = back ? Back(shape, draw, i) : Forth(shape, draw, i);
            float pixelMean = 0f;
            for (int c = 0; c < shape.Channels; c++)
                pixelMean += from < 0 ? 0f : x[first + from * shape.Channels + c];
            pixelMean /= shape.Channels;
            for (int c = 0; c < shape.Channels; c++)
            {
                float value = from < 0 ? 0f : x[first + from * shape.Channels + c];
                float mapped = draw.Contrast * (draw.Saturation * (value - pixelMean) + pixelMean - sampleMean)
                    + sampleMean + offset;

                // Pixels that are moved in or cut out are 0 after the colours; in the transpose they are 0 before them.
                y[first + i * shape.Channels + c] = from < 0 & !back ? 0f : mapped;
            }
        }
    }

    /// <summary>
    /// The pixel of the input that pixel i of the result is taken from; −1 if it is moved in or cut out.
    /// </summary>
    public static int Forth(AugmentShape shape, AugmentDraw draw, int i)
    {
        int row = i / shape.Width, column = i - row * shape.Width, fromRow = row + draw.MoveY, fromColumn = column
            + draw.MoveX;
        bool outside = fromRow < 0 | fromRow >= shape.Height | fromColumn < 0 | fromColumn >= shape.Width;
        return outside | draw.Cuts(row, column) ? -1 : fromRow * shape.Width + fromColumn;
    }

    /// <summary>The pixel of the result that pixel i of the input goes to; −1 if it is moved out or cut out.</summary>
    public static int Back(AugmentShape shape, AugmentDraw draw, int i)
    {
        int row = i / shape.Width, column = i - row * shape.Width, toRow = row - draw.MoveY, toColumn = column
            - draw.MoveX;
        bool outside = toRow < 0 | toRow >= shape.Height | toColumn < 0 | toColumn >= shape.Width;
        return outside | draw.Cuts(toRow, toColumn) ? -1 : toRow * shape.Width + toColumn;
    }

    public Action Bind(
        AcceleratorStream stream, AugmentShape shape, ulong seed, uint randomStream, ArrayView<uint> step,
        ArrayView<float> x, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, AugmentShape, ulong, uint, ArrayView<uint>,
            ArrayView<float>, ArrayView<float>>>(AugmentKernel);
        KernelConfig config = new(shape.Rows, GroupSize);
        return () => launch(stream, config, shape, seed, randomStream, step, x, y);
    }
}
