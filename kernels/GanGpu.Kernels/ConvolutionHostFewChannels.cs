using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// The input gradient of a convolution over images of a few channels, dx[n,y,x,c] = Σ dy[n,oy,ox,·] · w[ky,kx,c,·] over the taps
/// that reach (y, x): dot products along the filters, which both lie in order. A matrix product would fill a vector with as
/// few columns as there are channels.
/// </summary>
internal static unsafe class ConvolutionHostFewChannels
{
    /// <summary>A vector of filters less than half full would be no better than a vector of channels.</summary>
    public static bool Suits(ConvolutionShape shape) => shape.Channels <= 4 && shape.Filters >= Simd.Width / 2;

    public static Action Bind(ThreadTeam team, ConvolutionShape shape, float* dy, float* w, float* dx, GemmHostEpilogue epilogue, float* turned)
    {
        // A row of pixels is finished at once, for which the bias is needed as often as there are pixels.
        float* biases = epilogue.Bias == null ? null : turned;
        GemmHostEpilogue whole = epilogue with { Bias = biases, OutputFromC = (nint)(epilogue.Output - dx) };
        Action product = GemmHostEpilogues.Bind(whole, new Rows(team, shape, dy, w, dx, whole));
        return biases == null ? product : HostTask.Bind(team, new RepeatKernel(shape.Width, shape.Channels, epilogue.Bias, biases), 1, 0.0) + product;
    }

    private readonly struct Rows(ThreadTeam team, ConvolutionShape shape, float* dy, float* w, float* dx, GemmHostEpilogue epilogue) : IWithHostEpilogue
    {
        public Action Bind<TEpilogue>()
            where TEpilogue : struct, IGemmHostEpilogue =>
            HostTask.Bind(team, new RowKernel<TEpilogue>(shape, dy, w, dx, epilogue), shape.Batch * shape.Height, 10.0 * shape.Width * shape.Channels);
    }

    /// <summary>The only unit is the whole.</summary>
    private readonly struct RepeatKernel(int width, int channels, float* bias, float* biases) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int i = 0; i < width * channels; i++)
                biases[i] = bias[i % channels];
        }
    }

    /// <summary>Units are rows of pixels.</summary>
    private readonly struct RowKernel<TEpilogue>(ConvolutionShape shape, float* dy, float* w, float* dx, GemmHostEpilogue epilogue) : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int length = shape.Width * shape.Channels;
            for (int row = start; row < end; row++)
            {
                float* target = dx + (nint)row * length;
                int n = row / shape.Height, y = row - n * shape.Height;
                PhaseSide rows = PhaseSide.Of(shape.Height, shape.KernelHeight, shape.Stride, shape.PaddingTop, y % shape.Stride);
                for (int x = 0; x < shape.Width; x++)
                {
                    PhaseSide columns = PhaseSide.Of(shape.Width, shape.KernelWidth, shape.Stride, shape.PaddingLeft, x % shape.Stride);
                    for (int c = 0; c < shape.Channels; c++)
                        target[x * shape.Channels + c] = Pixel<TSimd>(n, y / shape.Stride, x / shape.Stride, rows, columns, c);
                }

                TEpilogue.Apply<TSimd>(epilogue, target, length, 0, 1, length);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private float Pixel<TSimd>(int n, int y, int x, PhaseSide rows, PhaseSide columns, int channel)
            where TSimd : struct, ISimd<TSimd>
        {
            int filters = shape.Filters;
            TSimd sum0 = TSimd.Splat(0f), sum1 = sum0;
            for (int i = 0; i < rows.Taps; i++)
            {
                int outRow = y + rows.First + i, ky = rows.FirstTap - i * shape.Stride;
                if ((uint)outRow >= (uint)shape.OutHeight)
                    continue;
                for (int j = 0; j < columns.Taps; j++)
                {
                    int outColumn = x + columns.First + j, kx = columns.FirstTap - j * shape.Stride;
                    if ((uint)outColumn >= (uint)shape.OutWidth)
                        continue;
                    float* a = dy + (((nint)n * shape.OutHeight + outRow) * shape.OutWidth + outColumn) * filters;
                    float* b = w + ((nint)(ky * shape.KernelWidth + kx) * shape.Channels + channel) * filters;
                    int k = 0;
                    for (; k <= filters - 2 * TSimd.Count; k += 2 * TSimd.Count)
                    {
                        sum0 = TSimd.Fma(TSimd.Load(a + k), TSimd.Load(b + k), sum0);
                        sum1 = TSimd.Fma(TSimd.Load(a + k + TSimd.Count), TSimd.Load(b + k + TSimd.Count), sum1);
                    }

                    for (; k <= filters - TSimd.Count; k += TSimd.Count)
                        sum0 = TSimd.Fma(TSimd.Load(a + k), TSimd.Load(b + k), sum0);
                    if (k < filters)
                        sum1 = TSimd.Fma(TSimd.LoadPart(a + k, filters - k), TSimd.LoadPart(b + k, filters - k), sum1);
                }
            }

            return TSimd.Sum(sum0 + sum1);
        }
    }
}
