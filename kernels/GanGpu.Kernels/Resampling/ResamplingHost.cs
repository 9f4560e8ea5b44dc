using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Resampling;

/// <summary>
/// Nearest-neighbour up-sampling of images by an integer factor, which repeats each pixel over its block, and its
/// transpose, the sums of the blocks; see <see cref="ResamplingShape"/>. Both multiply by a scale: 1 / Factor² makes
/// the sums means. Overwrites y.
/// </summary>
internal static unsafe class ResamplingHost
{
    private const double NanosecondsPerElement = 0.1;

    /// <summary>y [Large, Channels] = scale · x of the small pixel.</summary>
    public static Action Repeat(ThreadTeam team, ResamplingShape shape, float scale, float* x, float* y) =>
        HostTask.Bind(team, new RepeatKernel(shape, scale, x, y), shape.Batch * shape.Height, Nanoseconds(shape));

    /// <summary>y [Small, Channels] = scale · Σ x over the block, row by row.</summary>
    public static Action Sum(ThreadTeam team, ResamplingShape shape, float scale, float* x, float* y) =>
        HostTask.Bind(team, new SumKernel(shape, scale, x, y), shape.Batch * shape.Height, Nanoseconds(shape));

    private static double Nanoseconds(ResamplingShape shape) =>
        NanosecondsPerElement * shape.Width * shape.Channels * shape.Factor * shape.Factor;

    /// <summary>Units are rows of the small images.</summary>
    private readonly struct RepeatKernel(ResamplingShape shape, float scale, float* x, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int channels = shape.Channels, length = shape.Width * shape.Factor * channels;
            TSimd factor = TSimd.Splat(scale);
            for (int row = start; row < end; row++)
            {
                float* from = x + (nint)row * shape.Width * channels, line = y
                    + (nint)row * shape.Factor * length, to = line;
                for (int pixel = 0; pixel < shape.Width; pixel++, from += channels)
                {
                    for (int copy = 0; copy < shape.Factor; copy++, to += channels)
                    {
                        for (int c = 0; c < channels; c += TSimd.Count)
                        {
                            int n = Math.Min(TSimd.Count, channels - c);
                            Vectors.Store(factor * Vectors.Load<TSimd>(from + c, n), to + c, n);
                        }
                    }
                }

                for (int copy = 1; copy < shape.Factor; copy++)
                    new ReadOnlySpan<float>(line, length).CopyTo(new Span<float>(line + (nint)copy * length, length));
            }
        }
    }

    /// <summary>Units are rows of the small images.</summary>
    private readonly struct SumKernel(ResamplingShape shape, float scale, float* x, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int channels = shape.Channels;
            nint length = (nint)shape.Width * shape.Factor * channels;
            TSimd factor = TSimd.Splat(scale);
            for (int row = start; row < end; row++)
            {
                float* from = x + row * shape.Factor * length, to = y + (nint)row * shape.Width * channels;
                for (int pixel = 0; pixel < shape.Width; pixel++, from += shape.Factor * channels, to += channels)
                {
                    for (int c = 0; c < channels; c += TSimd.Count)
                    {
                        int n = Math.Min(TSimd.Count, channels - c);
                        TSimd sum = TSimd.Splat(0f);
                        for (int blockRow = 0; blockRow < shape.Factor; blockRow++)
                        {
                            float* at = from + blockRow * length + c;
                            for (int column = 0; column < shape.Factor; column++, at += channels)
                                sum += Vectors.Load<TSimd>(at, n);
                        }

                        Vectors.Store(factor * sum, to + c, n);
                    }
                }
            }
        }
    }
}
