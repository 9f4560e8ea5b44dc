using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The input gradient of a convolution over images of few channels, dx[n,y,x,c] = Σ dy[n,oy,ox,·] · w[ky,kx,c,·] over
/// the taps that reach (y, x). First a row of dy is multiplied by all taps together, because the channels of a single
/// tap would not fill a vector. Then each pixel sums the products that belong to it.
/// </summary>
internal static unsafe class ConvolutionHostFewChannels
{
    public static bool Suits(ConvolutionShape shape) => 2 * shape.Channels <= Simd.Width;

    /// <summary>
    /// Floats of scratch memory: a row of biases, the weights as panels, and the products of some rows for each thread.
    /// </summary>
    public static int ScratchLength(ConvolutionShape shape, int threads) =>
        checked(Lines(shape.Width * shape.Channels) + shape.Filters * Columns(shape)
            + threads * RowsInRing(shape) * shape.OutWidth * Columns(shape));

    public static Action Bind(
        ThreadTeam team, ConvolutionShape shape, float* dy, float* w, float* dx, GemmHostEpilogue epilogue,
        float* scratch)
    {
        float* biases = scratch, panels = biases + Lines(shape.Width * shape.Channels);
        // The epilogue finishes a row of pixels at once, so it needs the bias repeated for each of them.
        GemmHostEpilogue whole = epilogue with
        {
            Bias = epilogue.Bias == null ? null : biases,
            OutputFromC = (nint)(epilogue.Output - dx),
        };
        return HostTask.Bind(team, new PrepareKernel(shape, w, panels, epilogue.Bias, biases), 1, 0.0)
            + GemmHostEpilogues.Bind(epilogue, new Sums(team, shape, dy, panels, dx, whole));
    }

    private static int Lines(int length) => (length + Simd.Width - 1) / Simd.Width * Simd.Width;

    /// <summary>The number of products of a pixel of dy, rounded up to whole vectors.</summary>
    private static int Columns(ConvolutionShape shape) => Lines(shape.PatchLength);

    /// <summary>The most rows of dy that contribute to one row of pixels.</summary>
    private static int RowsInRing(ConvolutionShape shape) => (shape.KernelHeight + shape.Stride - 1) / shape.Stride;

    private readonly struct Sums(
        ThreadTeam team, ConvolutionShape shape, float* dy, float* panels, float* dx, GemmHostEpilogue epilogue)
        : IWithHostEpilogue
    {
        public Action Bind<TEpilogue>()
            where TEpilogue : struct, IGemmHostEpilogue
        {
            int threads = (int)Math.Clamp(shape.Flops / 200_000, 1, Math.Min(team.Threads, shape.Batch * shape.Height));
            return HostTask.Bind(team, new SumKernel<TEpilogue>(shape, dy, panels, dx, epilogue, threads), threads,
                double.MaxValue);
        }
    }

    /// <summary>
    /// Copies the weights [tap and channel, filter] to panels of two vectors of rows, and repeats the biases for each
    /// pixel of a row. There is a single unit.
    /// </summary>
    private readonly struct PrepareKernel(ConvolutionShape shape, float* w, float* panels, float* bias, float* biases)
        : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int column = 0; column < shape.PatchLength; column += 2 * TSimd.Count)
            {
                int columns = Math.Min(2 * TSimd.Count, shape.PatchLength - column);
                GemmHostPanel.CopyTransposed<TSimd>(
                    w + (nint)column * shape.Filters, shape.Filters, columns, shape.Filters, columns > TSimd.Count ? 2
                        : 1, panels + (nint)column * shape.Filters);
            }

            if (bias == null)
                return;
            for (int i = 0; i < shape.Width * shape.Channels; i++)
                biases[i] = bias[i % shape.Channels];
        }
    }

    /// <summary>
    /// Units are threads' shares of all rows of pixels. A ring buffer holds the products of the n rows of dy that
    /// contribute to one row of pixels; row oy is at index oy mod n.
    /// </summary>
    private readonly struct SumKernel<TEpilogue> : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        private readonly ConvolutionShape shape;
        private readonly float* dy, panels, dx, products;
        private readonly GemmHostEpilogue epilogue;
        private readonly int threads, rowsKept, columns;

        /// <summary>
        /// For a row of pixels and one row of the kernel: pairs of a product's index in a row of dy and the value it is
        /// added to.
        /// </summary>
        private readonly (int From, int To)[] terms;

        public SumKernel(ConvolutionShape shape, float* dy, float* panels, float* dx, GemmHostEpilogue epilogue,
            int threads)
        {
            this.shape = shape;
            this.dy = dy;
            this.panels = panels;
            this.dx = dx;
            this.epilogue = epilogue;
            this.threads = threads;
            rowsKept = RowsInRing(shape);
            columns = Columns(shape);
            products = panels + (nint)shape.Filters * columns;
            List<(int, int)> all = [];
            // Consecutive pairs belong to different pixels, so their sums need not wait for each other.
            for (int kx = 0; kx < shape.KernelWidth; kx++)
            {
                for (int ox = 0; ox < shape.OutWidth; ox++)
                {
                    int x = ox * shape.Stride - shape.PaddingLeft + kx;
                    if (x >= 0 && x < shape.Width)
                        all.Add((ox * columns + kx * shape.Channels, x * shape.Channels));
                }
            }

            terms = [.. all];
        }

        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            long rows = (long)shape.Batch * shape.Height;
            for (int thread = start; thread < end; thread++)
                Rows<TSimd>(
                    (int)(rows * thread / threads), (int)(rows * (thread + 1) / threads), products
                    + (nint)thread * rowsKept * shape.OutWidth * columns);
        }

        private void Rows<TSimd>(int first, int last, float* kept)
            where TSimd : struct, ISimd<TSimd>
        {
            int length = shape.Width * shape.Channels, next = 0;
            for (int row = first; row < last; row++)
            {
                int image = row / shape.Height, y = row - image * shape.Height, padded = y + shape.PaddingTop;
                int firstOut = Math.Max(0, (padded - shape.KernelHeight + shape.Stride) / shape.Stride),
                    lastOut = Math.Min(shape.OutHeight - 1, padded / shape.Stride);
                next = y == 0 || row == first ? firstOut : Math.Max(next, firstOut);
                for (; next <= lastOut; next++)
                    Multiply<TSimd>(
                        image * shape.OutHeight + next, kept + (nint)(next % rowsKept) * shape.OutWidth * columns);
                float* target = dx + (nint)row * length;
                new Span<float>(target, length).Clear();
                for (int oy = firstOut; oy <= lastOut; oy++)
                    Add(kept + (nint)(oy % rowsKept) * shape.OutWidth * columns
                        + (padded - oy * shape.Stride) * shape.KernelWidth * shape.Channels, target);
                TEpilogue.Apply<TSimd>(epilogue, target, length, 0, 1, length);
            }
        }

        /// <summary>Multiplies a row of dy by all taps and channels.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Multiply<TSimd>(int row, float* target)
            where TSimd : struct, ISimd<TSimd>
        {
            float* a = dy + (nint)row * shape.OutWidth * shape.Filters;
            for (int column = 0; column < columns; column += 2 * TSimd.Count)
            {
                int vectors = columns - column > TSimd.Count ? 2 : 1, tileRows = GemmHostTile.RowsFor<TSimd>(vectors);
                for (int x = 0; x < shape.OutWidth; x += tileRows)
                {
                    new GemmHostTile
                    {
                        A = a + (nint)x * shape.Filters,
                        RowStride = shape.Filters,
                        DepthStride = 1,
                        Rows = Math.Min(tileRows, shape.OutWidth - x),
                        B = panels + (nint)column * shape.Filters,
                        BStride = vectors * TSimd.Count,
                        Depth = shape.Filters,
                        C = target + (nint)x * columns + column,
                        CStride = columns,
                    }.Compute<TSimd, PlainHostEpilogue>(vectors, epilogue);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Add(float* from, float* to)
        {
            int channels = shape.Channels;
            foreach ((int source, int target) in terms)
            {
                for (int c = 0; c < channels; c++)
                    to[target + c] += from[source + c];
            }
        }
    }
}
