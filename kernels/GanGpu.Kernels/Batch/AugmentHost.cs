using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// DiffAugment (see <see cref="Augmentation"/>) of samples x. With p a pixel's mean over its channels and m the
/// sample's mean, colour maps x to c·(s·(x − p) + p − m) + m + b; then the sample is moved and cut. The linear part of
/// the colour map is symmetric, so that the transpose moves back first and then maps colours the same way. Overwrites
/// y.
/// </summary>
internal static unsafe class AugmentHost
{
    private const double NanosecondsPerElement = 1;

    public static Action Bind(ThreadTeam team, AugmentShape shape, ulong seed, uint stream, uint* step, float* x,
        float* y) =>
        HostTask.Bind(
            team, new Kernel(shape, seed, stream, step, x, y), shape.Rows, shape.Length * NanosecondsPerElement);

    /// <summary>Units are samples.</summary>
    private readonly struct Kernel(AugmentShape shape, ulong seed, uint stream, uint* step, float* x, float* y)
        : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                AugmentDraw draw = AugmentDraw.Of(shape, seed, stream, *step, row);
                float* from = x + (nint)row * shape.Length, to = y + (nint)row * shape.Length;
                if (shape.Adjoint == 1)
                {
                    Move(draw, from, to);
                    Color<TSimd>(draw, to, to, 0f);
                }
                else
                {
                    Color<TSimd>(draw, from, to, shape.Adjoint == 0 ? draw.Brightness : 0f);
                    Move(draw, to);
                }
            }
        }

        /// <summary>
        /// The transpose of <see cref="Move(AugmentDraw, float*)"/>: pixels that were moved or cut out are 0.
        /// </summary>
        private void Move(AugmentDraw draw, float* from, float* to)
        {
            int channels = shape.Channels;
            for (int i = 0; i < shape.Height * shape.Width; i++)
            {
                int source = AugmentGpu.Back(shape, draw, i);
                for (int c = 0; c < channels; c++)
                    to[i * channels + c] = source < 0 ? 0f : from[source * channels + c];
            }
        }

        /// <summary>
        /// Moves and cuts a sample in place, in an order in which no pixel is read after it was written.
        /// </summary>
        private void Move(AugmentDraw draw, float* sample)
        {
            int channels = shape.Channels, pixels = shape.Height * shape.Width;
            bool upwards = draw.MoveY * shape.Width + draw.MoveX >= 0;
            for (int n = 0; n < pixels; n++)
            {
                int i = upwards ? n : pixels - 1 - n, source = AugmentGpu.Forth(shape, draw, i);
                for (int c = 0; c < channels; c++)
                    sample[i * channels + c] = source < 0 ? 0f : sample[source * channels + c];
            }
        }

        private void Color<TSimd>(AugmentDraw draw, float* from, float* to, float offset)
            where TSimd : struct, ISimd<TSimd>
        {
            float mean = Mean<TSimd>(from);
            if (shape.Channels == 1)
                Contrast<TSimd>(draw, mean, from, to, offset);
            else
                Channels(draw, mean, from, to, offset);
        }

        private float Mean<TSimd>(float* values)
            where TSimd : struct, ISimd<TSimd>
        {
            int length = shape.Length, i = 0;
            TSimd sum = TSimd.Splat(0f);
            for (; i <= length - TSimd.Count; i += TSimd.Count)
                sum += TSimd.Load(values + i);
            if (i < length)
                sum += TSimd.LoadPart(values + i, length - i);
            return TSimd.Sum(sum) / length;
        }

        /// <summary>With one channel, a value is its pixel's mean.</summary>
        private void Contrast<TSimd>(AugmentDraw draw, float mean, float* from, float* to, float offset)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd middle = TSimd.Splat(mean), contrast = TSimd.Splat(draw.Contrast), shift = TSimd.Splat(mean + offset);
            int length = shape.Length, i = 0;
            for (; i <= length - TSimd.Count; i += TSimd.Count)
                TSimd.Fma(contrast, TSimd.Load(from + i) - middle, shift).Store(to + i);
            if (i < length)
                TSimd.Fma(contrast, TSimd.LoadPart(from + i, length - i) - middle, shift).StorePart(to + i, length - i);
        }

        private void Channels(AugmentDraw draw, float mean, float* from, float* to, float offset)
        {
            int channels = shape.Channels;
            for (int i = 0; i < shape.Length; i += channels)
            {
                float pixelMean = 0f;
                for (int c = 0; c < channels; c++)
                    pixelMean += from[i + c];
                pixelMean /= channels;
                for (int c = 0; c < channels; c++)
                    to[i + c] = draw.Contrast * (draw.Saturation * (from[i + c] - pixelMean) + pixelMean - mean)
                        + mean + offset;
            }
        }
    }
}
