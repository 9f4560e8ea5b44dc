using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// Convolutions on the host without copies of patches. The rows of a tile of sums are the same pixel of several images,
/// which all have the same taps inside the image: so tiles read the images in place and skip the taps outside of them.
/// </summary>
internal static unsafe class ConvolutionHostDirect
{
    // A panel of weights is copied if at least this many tiles are multiplied by it.
    private const int TilesPerCopy = 8;

    // Bytes of images that are read while a panel of weights stays in the cache, or of both factors of a weight
    // gradient: half of the second-level cache. That cache is 1 MiB or more behind a first level of more than 32 KiB,
    // and may be 512 KiB behind a smaller one.
    private static int BlockBytes(ThreadTeam team) => GemmHostCopies.IsSmall(team.FirstLevelBytes) ? 256 * 1024
        : 512 * 1024;

    /// <summary>The rows of a tile are images: the batch must nearly fill the tiles.</summary>
    public static bool SuitsForward(ConvolutionShape shape) =>
        shape.Filters % Simd.Width == 0 && FillsTiles(shape.Batch);

    public static bool SuitsInputGradient(ConvolutionShape shape) =>
        shape.Channels % Simd.Width == 0 && FillsTiles(shape.Batch);

    public static bool SuitsWeightGradient(ConvolutionShape shape) => shape.Filters % Simd.Width == 0;

    public static Action Forward(
        IHost host, ConvolutionShape s, float* x, Slice<float> w, float* y, GemmHostEpilogue epilogue)
    {
        ThreadTeam team = host.Team;
        float* weights = host.Address(w);
        List<OutputPixel> outputs = [];
        int row = s.Width * s.Channels;
        for (int oy = 0; oy < s.OutHeight; oy++)
        {
            for (int ox = 0; ox < s.OutWidth; ox++)
            {
                int top = oy * s.Stride - s.PaddingTop, left = ox * s.Stride - s.PaddingLeft;
                (int firstRow, int rows) = Inside(top, s.KernelHeight, s.Height);
                (int firstColumn, int columns) = Inside(left, s.KernelWidth, s.Width);
                outputs.Add(new()
                {
                    A = (nint)(top + firstRow) * row + (left + firstColumn) * s.Channels,
                    C = (nint)(oy * s.OutWidth + ox) * s.Filters,
                    B = (firstRow * s.KernelWidth + firstColumn) * s.Channels,
                    InnerCount = rows,
                    Depth = rows == 0 ? 0 : columns * s.Channels,
                    InnerRowsOfB = s.KernelWidth * s.Channels,
                });
            }
        }

        bool copies = CopiesPanels(s);
        (nint panels, Action? renew) = copies
            ? host.Reordered(
                w, (typeof(PanelKernel), s with { Batch = 1 }), checked(s.PatchLength * s.Filters),
                copy => HostTask.Bind(
                    team, new PanelKernel(s.PatchLength, s.Filters, weights, (float*)copy), PanelsOf(s.Filters),
                    0.5 * Simd.Width * s.PatchLength))
            : ((nint)weights, null);
        Product product = new()
        {
            Outputs = [.. outputs],
            A = x,
            ImageOfA = s.Height * row,
            RowOfA = row,
            B = (float*)panels,
            NextRowOfB = copies ? 0 : s.Filters,
            NextPanelOfB = copies ? (nint)s.PatchLength * 2 * Simd.Width : 2 * Simd.Width,
            C = y,
            ImageOfC = s.OutHeight * s.OutWidth * s.Filters,
            Columns = s.Filters,
            Batch = s.Batch,
        };
        return renew + Bind(team, product, epilogue);
    }

    public static Action InputGradient(
        IHost host, ConvolutionShape s, float* dy, Slice<float> w, float* dx, GemmHostEpilogue epilogue)
    {
        ThreadTeam team = host.Team;
        float* weights = host.Address(w);
        List<OutputPixel> outputs = [];
        int row = s.OutWidth * s.Filters;
        int[] rowTaps = Taps(s.KernelHeight, s.Stride), columnTaps = Taps(s.KernelWidth, s.Stride);
        for (int y = 0; y < s.Height; y++)
        {
            for (int x = 0; x < s.Width; x++)
            {
                (int outRow, int ky, int rows) = Reaching(y + s.PaddingTop, s.KernelHeight, s.Stride, s.OutHeight);
                (int outColumn, int kx, int columns) = Reaching(x + s.PaddingLeft, s.KernelWidth, s.Stride, s.OutWidth);
                outputs.Add(new()
                {
                    A = (nint)outRow * row + outColumn * s.Filters,
                    C = (nint)(y * s.Width + x) * s.Channels,
                    B = rows == 0 || columns == 0 ? 0 : (rowTaps[ky] * s.KernelWidth + columnTaps[kx]) * s.Filters,
                    InnerCount = rows,
                    Depth = rows == 0 ? 0 : columns * s.Filters,
                    InnerRowsOfB = s.KernelWidth * s.Filters,
                });
            }
        }

        int length = s.KernelHeight * s.KernelWidth * s.Filters, panels = PanelsOf(s.Channels);
        (nint transposed, Action? renew) = host.Reordered(
            w, (typeof(TransposeKernel), s with { Batch = 1 }), checked(length * s.Channels),
            copy => HostTask.Bind(
                team, new TransposeKernel(s, weights, (float*)copy, rowTaps, columnTaps),
                panels * s.KernelHeight * s.KernelWidth, 3.0 * Simd.Width * s.Filters));
        Product product = new()
        {
            Outputs = [.. outputs],
            A = dy,
            ImageOfA = s.OutHeight * row,
            RowOfA = row,
            B = (float*)transposed,
            NextRowOfB = 0,
            NextPanelOfB = (nint)length * 2 * Simd.Width,
            C = dx,
            ImageOfC = s.Height * s.Width * s.Channels,
            Columns = s.Channels,
            Batch = s.Batch,
        };
        return renew + Bind(team, product, epilogue);
    }

    /// <summary>Floats of scratch memory that <see cref="WeightGradient"/> needs.</summary>
    public static int PaddedLength(ConvolutionShape s) =>
        IsPadded(s) ? checked(s.Batch * PaddedHeight(s) * PaddedWidth(s) * s.Channels) : 0;

    public static Action WeightGradient(
        ThreadTeam team, ConvolutionShape s, float* x, float* dy, float* dw, GemmHostEpilogue epilogue, float* padded)
    {
        Action? pad = null;
        WeightKernel kernel = new() { Team = team, Shape = s, X = x, Dy = dy, Dw = dw, Pixel = s.Channels };
        if (IsPadded(s))
        {
            // The values of a row of taps are consecutive and all inside: together they are like one tap with more
            // channels.
            pad = HostTask.Bind(
                team, new PadKernel(s, PaddedHeight(s), PaddedWidth(s), x, padded), s.Batch,
                0.1 * PaddedHeight(s) * PaddedWidth(s) * s.Channels);
            ConvolutionShape rows = s with
            {
                Height = PaddedHeight(s),
                Width = PaddedWidth(s),
                Window = s.Window with { Width = 1, PaddingTop = 0, PaddingLeft = 0 },
                Channels = s.KernelWidth * s.Channels,
            };
            kernel = kernel with { Shape = rows, X = padded };
        }

        kernel = kernel with { Shares = (int)Math.Clamp(s.Flops / 200_000, 1, Math.Min(team.Threads, kernel.Tiles)) };
        Action product = HostTask.Bind(team, kernel, kernel.Shares, double.MaxValue);
        if (epilogue.ColumnSums != null)
            product += ReductionHost.ColumnSums(team, s.OutPixels, s.Filters, dy, epilogue.ColumnSums);
        return pad + product;
    }

    private static bool CopiesPanels(ConvolutionShape s) =>
        s.Filters > 2 * Simd.Width
            && (long)s.OutHeight * s.OutWidth * s.Batch >= (long)TilesPerCopy * GemmHostTile.MostRows;

    private static int PanelsOf(int columns) => (columns + 2 * Simd.Width - 1) / (2 * Simd.Width);

    /// <summary>
    /// Images of few channels are copied with their padding, so that a row of taps has enough values for a tile.
    /// </summary>
    private static bool IsPadded(ConvolutionShape s) => s.Channels < GemmHostTile.MostRows;

    private static int PaddedHeight(ConvolutionShape s) => (s.OutHeight - 1) * s.Stride + s.KernelHeight;

    private static int PaddedWidth(ConvolutionShape s) => (s.OutWidth - 1) * s.Stride + s.KernelWidth;

    /// <summary>The taps that are inside the image, for a kernel that begins at first.</summary>
    private static (int First, int Count) Inside(int first, int kernel, int length)
    {
        int from = Math.Max(0, -first), to = Math.Min(kernel, length - first);
        return from < to ? (from, to - from) : (0, 0);
    }

    /// <summary>
    /// The pixels of the result that a padded pixel contributes to: the first of them, its tap, and their number. Each
    /// following pixel has the tap one stride before.
    /// </summary>
    private static (int First, int Tap, int Count) Reaching(int pixel, int kernel, int stride, int outLength)
    {
        int first = Math.Max(0, (pixel - kernel + stride) / stride), last = Math.Min(outLength - 1, pixel / stride);
        return first <= last ? (first, pixel - first * stride, last - first + 1) : (0, 0, 0);
    }

    /// <summary>
    /// The index of each tap among the transposed weights: ordered by remainder modulo the stride, and within a
    /// remainder from the last tap to the first.
    /// </summary>
    private static int[] Taps(int kernel, int stride)
    {
        int[] positions = new int[kernel];
        int position = 0;
        for (int remainder = 0; remainder < Math.Min(stride, kernel); remainder++)
        {
            for (int tap = (kernel - 1 - remainder) / stride * stride + remainder; tap >= 0; tap -= stride)
                positions[tap] = position++;
        }

        return positions;
    }

    private static bool FillsTiles(int batch) => batch >= GemmHostTile.MostRows || batch == GemmHostTile.MostRows / 2;

    private static Action Bind(ThreadTeam team, Product product, GemmHostEpilogue epilogue)
    {
        long bytes = product.ImageOfA * sizeof(float);
        // Only whole tiles: a tile of fewer rows takes nearly as long as a full one.
        int rows = GemmHostTile.RowsHere,
            group = (int)Math.Min(
                (product.Batch + rows - 1) / rows, Math.Max(1, BlockBytes(team) / (rows * bytes))) * rows;
        product = product with { Group = Math.Min(group, product.Batch) };
        epilogue = epilogue with { OutputFromC = (nint)(epilogue.Output - product.C) };
        return GemmHostEpilogues.Bind(epilogue, new ProductBinding(team, product, epilogue));
    }

    /// <summary>A pixel of the result, the same one in each image.</summary>
    private readonly record struct OutputPixel
    {
        /// <summary>The offset of its first factor in an image of A.</summary>
        public nint A { get; init; }

        /// <summary>Its offset in an image of C.</summary>
        public nint C { get; init; }

        /// <summary>The first row of B.</summary>
        public int B { get; init; }

        /// <summary>
        /// Rows of pixels that it sums over, each of <see cref="Depth"/> floats of A and rows of B; 0 if its sum is
        /// empty.
        /// </summary>
        public int InnerCount { get; init; }

        public int Depth { get; init; }

        /// <summary>Rows of B from one row of pixels to the next.</summary>
        public int InnerRowsOfB { get; init; }
    }

    private readonly struct Product
    {
        public OutputPixel[] Outputs { get; init; }

        public float* A { get; init; }

        public nint ImageOfA { get; init; }

        public nint RowOfA { get; init; }

        public float* B { get; init; }

        /// <summary>In floats; 0 if the rows of a panel are consecutive.</summary>
        public nint NextRowOfB { get; init; }

        public nint NextPanelOfB { get; init; }

        public float* C { get; init; }

        public nint ImageOfC { get; init; }

        public int Columns { get; init; }

        public int Batch { get; init; }

        /// <summary>Images that are multiplied by one panel.</summary>
        public int Group { get; init; }
    }

    private readonly struct ProductBinding(ThreadTeam team, Product product, GemmHostEpilogue epilogue)
        : IWithHostEpilogue
    {
        public Action Bind<TEpilogue>()
            where TEpilogue : struct, IGemmHostEpilogue
        {
            int units = (product.Batch + product.Group - 1) / product.Group * product.Outputs.Length;
            double depth = 0;
            foreach (OutputPixel output in product.Outputs)
                depth += output.InnerCount * (double)output.Depth / product.Outputs.Length;
            return HostTask.Bind(
                team, new ProductKernel<TEpilogue>(product, epilogue), units,
                depth * product.Columns * product.Group / 50);
        }
    }

    /// <summary>
    /// Units are pixels of the result, first all pixels of one group of images, then those of the next.
    /// </summary>
    private readonly struct ProductKernel<TEpilogue>(Product product, GemmHostEpilogue arguments) : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        private readonly Product product = product;

        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int outputs = product.Outputs.Length;
            for (int unit = start; unit < end;)
            {
                int group = unit / outputs, first = unit - group * outputs,
                    last = Math.Min(outputs, end - group * outputs);
                Group<TSimd>(
                    group * product.Group, Math.Min(product.Batch, (group + 1) * product.Group),
                    product.Outputs.AsSpan(first, last - first));
                unit += last - first;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Group<TSimd>(int firstImage, int lastImage, ReadOnlySpan<OutputPixel> outputs)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int column = 0, panel = 0; column < product.Columns; column += 2 * TSimd.Count, panel++)
            {
                int vectors = product.Columns - column > TSimd.Count ? 2 : 1;
                int tileRows = GemmHostTile.RowsFor<TSimd>(vectors);
                nint width = product.NextRowOfB == 0 ? vectors * TSimd.Count : product.NextRowOfB;
                float* b = product.B + panel * product.NextPanelOfB;
                foreach (ref readonly OutputPixel output in outputs)
                {
                    NestedLoop loop = new()
                    {
                        InnerRepeats = output.InnerCount - 1,
                        InnerSkipA = product.RowOfA - output.Depth,
                        InnerSkipB = (output.InnerRowsOfB - output.Depth) * width,
                    };
                    for (int image = firstImage; image < lastImage; image += tileRows)
                    {
                        float* c = product.C + image * product.ImageOfC + output.C + column;
                        int rows = Math.Min(tileRows, lastImage - image);
                        GemmHostTile tile = new()
                        {
                            A = product.A + image * product.ImageOfA + output.A,
                            RowStride = product.ImageOfA,
                            DepthStride = 1,
                            Rows = rows,
                            B = b + output.B * width,
                            BStride = width,
                            Depth = output.Depth,
                            C = c,
                            CStride = product.ImageOfC,
                            Column = column,
                        };
                        if (TEpilogue.InRegisters)
                        {
                            tile.Compute<TSimd, TEpilogue, NestedLoop>(vectors, arguments, loop);
                        }
                        else
                        {
                            tile.Compute<TSimd, PlainHostEpilogue, NestedLoop>(vectors, arguments, loop);
                            TEpilogue.Apply<TSimd>(arguments, c, product.ImageOfC, column, rows, vectors * TSimd.Count);
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// Copies the weights [tap, channel, filter] to panels of two vectors of filters. Units are panels.
    /// </summary>
    private readonly struct PanelKernel(int rows, int columns, float* w, float* panels) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int panel = start; panel < end; panel++)
            {
                int column = panel * 2 * TSimd.Count, width = Math.Min(2 * TSimd.Count, columns - column);
                GemmHostPanel.Copy<TSimd>(
                    w + column, columns, width, rows, width / TSimd.Count, panels + (nint)rows * column);
            }
        }
    }

    /// <summary>
    /// Copies the weights [tap, channel, filter] to panels of two vectors of channels; a panel holds the taps in the
    /// order in which they are read, and the filters of each tap. Units are taps of a panel.
    /// </summary>
    private readonly struct TransposeKernel(
        ConvolutionShape shape, float* w, float* transposed, int[] rowTaps, int[] columnTaps) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int taps = shape.KernelHeight * shape.KernelWidth;
            for (int unit = start; unit < end; unit++)
            {
                int panel = unit / taps, tap = unit - panel * taps, channel = panel * 2 * TSimd.Count,
                    channels = Math.Min(2 * TSimd.Count, shape.Channels - channel);
                int vectors = channels > TSimd.Count ? 2 : 1;
                int position = rowTaps[tap / shape.KernelWidth] * shape.KernelWidth
                    + columnTaps[tap % shape.KernelWidth];
                GemmHostPanel.CopyTransposed<TSimd>(
                    w + ((nint)tap * shape.Channels + channel) * shape.Filters, shape.Filters, channels,
                    shape.Filters, vectors,
                    transposed + ((nint)panel * taps * 2 + (nint)position * vectors) * TSimd.Count * shape.Filters);
            }
        }
    }

    /// <summary>Copies the images with their padding, as far as patches reach. Units are images.</summary>
    private readonly struct PadKernel(ConvolutionShape s, int height, int width, float* x, float* padded) : IHostKernel
    {
        private readonly ConvolutionShape s = s;

        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            int first = Math.Min(width, s.PaddingLeft) * s.Channels,
                inside = Math.Clamp(width - s.PaddingLeft, 0, s.Width) * s.Channels, length = width * s.Channels;
            for (int row = start * height; row < end * height; row++)
            {
                int image = row / height, y = row - image * height - s.PaddingTop;
                Span<float> target = new(padded + (nint)row * length, length);
                if (y < 0 || y >= s.Height)
                {
                    target.Clear();
                    continue;
                }

                target[..first].Clear();
                new ReadOnlySpan<float>(x + ((nint)image * s.Height + y) * s.Width * s.Channels, inside)
                    .CopyTo(target[first..]);
                target[(first + inside)..].Clear();
            }
        }
    }

    /// <summary>
    /// Units are shares of the tiles of dw. Every result is summed in the order of the images, one block of images at a
    /// time, so that x and dy stay in the second-level cache while all tiles of a share read them.
    /// </summary>
    private readonly struct WeightKernel : IHostKernel
    {
        private const int LeastTilesPerCopy = 16;

        public ThreadTeam Team { get; init; }

        public ConvolutionShape Shape { get; init; }

        public float* X { get; init; }

        public float* Dy { get; init; }

        public float* Dw { get; init; }

        /// <summary>Floats from pixel to pixel of x.</summary>
        public int Pixel { get; init; }

        public int Shares { get; init; }

        public int Tiles => Shape.KernelHeight * Shape.KernelWidth * TilesOfTap;

        private int TilesOfTap => (Shape.Channels + GemmHostTile.RowsHere - 1) / GemmHostTile.RowsHere;

        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int share = start; share < end; share++)
                Run<TSimd>(
                    (int)((long)Tiles * share / Shares), (int)((long)Tiles * (share + 1) / Shares),
                    Team.Scratch(share));
        }

        private void Run<TSimd>(int first, int last, float* panel)
            where TSimd : struct, ISimd<TSimd>
        {
            ConvolutionShape s = Shape;
            int tiles = TilesOfTap, pixels = s.OutHeight * s.OutWidth;
            long bytes = sizeof(float) * ((long)s.Height * s.Width * Pixel + (long)pixels * s.Filters);
            int block = (int)Math.Clamp(BlockBytes(Team) / bytes, 1, s.Batch);
            // The columns of a panel are copied if that pays: in place they share a few sets of the first-level cache.
            bool copies = last - first >= LeastTilesPerCopy && s.Filters > 2 * TSimd.Count
                && (long)block * pixels * 2 * TSimd.Count <= GemmHost.ScratchLength;
            for (int image = 0; image < s.Batch; image += block)
            {
                int images = Math.Min(block, s.Batch - image);
                for (int column = 0; column < s.Filters; column += 2 * TSimd.Count)
                {
                    int vectors = s.Filters - column > TSimd.Count ? 2 : 1, stride = copies ? vectors * TSimd.Count
                        : s.Filters;
                    float* b = Dy + (nint)image * pixels * s.Filters + column;
                    if (copies)
                    {
                        GemmHostPanel.Copy<TSimd>(b, s.Filters, vectors * TSimd.Count, images * pixels, vectors, panel);
                        b = panel;
                    }

                    for (int tile = first; tile < last; tile++)
                        Tile<TSimd>(image, images, tile / tiles, tile % tiles, b, stride, column, vectors);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Tile<TSimd>(
            int image, int images, int tap, int tile, float* b, int stride, int column, int vectors)
            where TSimd : struct, ISimd<TSimd>
        {
            ConvolutionShape s = Shape;
            int ky = tap / s.KernelWidth, kx = tap - ky * s.KernelWidth;
            (int outRow, int outRows) = Seeing(ky - s.PaddingTop, s.Stride, s.Height, s.OutHeight);
            (int outColumn, int outColumns) = Seeing(kx - s.PaddingLeft, s.Stride, s.Width, s.OutWidth);
            // Tiles of equal height: a tile of fewer rows takes as long, since its sums wait for each other.
            int tileRows = GemmHostTile.RowsFor<TSimd>(vectors), channel = s.Channels * tile / TilesOfTap,
                lastChannel = s.Channels * (tile + 1) / TilesOfTap;
            nint step = s.Stride * Pixel, row = (nint)s.Stride * s.Width * Pixel,
                pixel = (nint)(outRow * s.Stride - s.PaddingTop + ky) * s.Width + outColumn * s.Stride
                - s.PaddingLeft + kx;
            float* a = X + ((nint)image * s.Height * s.Width + pixel) * Pixel;
            NestedLoop loop = new()
            {
                InnerRepeats = outRows - 1,
                InnerSkipA = row - outColumns * step,
                InnerSkipB = (nint)(s.OutWidth - outColumns) * stride,
                OuterRepeats = images - 1,
                OuterSkipA = (nint)s.Height * s.Width * Pixel - outRows * row,
                OuterSkipB = (nint)(s.OutHeight - outRows) * s.OutWidth * stride,
            };
            for (; channel < lastChannel; channel += tileRows)
            {
                new GemmHostTile
                {
                    A = a + channel,
                    RowStride = 1,
                    DepthStride = step,
                    Rows = Math.Min(tileRows, lastChannel - channel),
                    B = b + ((nint)outRow * s.OutWidth + outColumn) * stride,
                    BStride = stride,
                    Depth = outRows == 0 ? 0 : outColumns,
                    C = Dw + ((nint)tap * s.Channels + channel) * s.Filters + column,
                    CStride = s.Filters,
                    Accumulate = image > 0,
                }.Compute<TSimd, PlainHostEpilogue, NestedLoop>(vectors, default, loop);
            }
        }

        /// <summary>
        /// The pixels of the result for which a tap is inside the image; offset is the tap's distance from the first
        /// pixel of a patch.
        /// </summary>
        private static (int First, int Count) Seeing(int offset, int stride, int length, int outLength)
        {
            int first = offset < 0 ? (stride - 1 - offset) / stride : 0, last = offset < length
                ? Math.Min(outLength - 1, (length - 1 - offset) / stride) : -1;
            return first <= last ? (first, last - first + 1) : (0, 0);
        }
    }
}
