using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// Convolutions on the host, see <see cref="ConvolutionShape"/>. Each overwrites its result. If channels and filters
/// fill vectors and the batch fills tiles, images are read in place (<see cref="ConvolutionHostDirect"/>). Input
/// gradients of few channels have their own form (<see cref="ConvolutionHostFewChannels"/>). All others are matrix
/// products of patches, which are copied block by block, so that they are in the second-level cache when they are
/// multiplied.
/// </summary>
internal static unsafe class ConvolutionHost
{
    /// <summary>y = epilogue(patches(x) · w).</summary>
    public static Action Forward(
        IHost host, ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmHostEpilogue epilogue)
        => ConvolutionHostDirect.SuitsForward(shape)
            ? ConvolutionHostDirect.Forward(host, shape, host.Address(x), w, host.Address(y), epilogue)
            : GemmHost.Bind(
                host.Team, new GemmShape(shape.OutPixels, shape.Filters, shape.PatchLength),
                new PatchHostRows(ImagePatches.Of(shape, host.Address(x))), host.Address(w), host.Address(y), epilogue);

    /// <summary>Floats of scratch memory that <see cref="WeightGradient"/> needs.</summary>
    public static int PaddedLength(ConvolutionShape shape) => ConvolutionHostDirect.SuitsWeightGradient(shape)
        ? ConvolutionHostDirect.PaddedLength(shape) : 0;

    /// <summary>dw = patches(x)ᵀ · dy, and the column sums of dy if the epilogue has them.</summary>
    public static Action WeightGradient(
        ThreadTeam team, ConvolutionShape shape, float* x, float* dy, float* dw, GemmHostEpilogue epilogue,
        float* padded) => ConvolutionHostDirect.SuitsWeightGradient(shape)
        ? ConvolutionHostDirect.WeightGradient(team, shape, x, dy, dw, epilogue, padded)
        : GemmHost.Bind(
            team, new GemmShape(shape.PatchLength, shape.Filters, shape.OutPixels, TransposeA: true),
            new PatchHostRows(ImagePatches.Of(shape, x)), dy, dw, epilogue);

    /// <summary>
    /// dx = epilogue(Σ dy · wᵀ over the taps that reach a pixel), phase by phase; see <see cref="ConvolutionPhase"/>.
    /// </summary>
    public static Action InputGradient(
        IHost host, ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmHostEpilogue epilogue)
    {
        ThreadTeam team = host.Team;
        float* from = host.Address(dy), to = host.Address(dx), weights = host.Address(w);
        if (ConvolutionHostFewChannels.Suits(shape))
            return ConvolutionHostFewChannels.Bind(
                team, shape, from, weights, to, epilogue,
                host.Scratch(ConvolutionHostFewChannels.ScratchLength(shape, team.Threads)));
        if (ConvolutionHostDirect.SuitsInputGradient(shape))
            return ConvolutionHostDirect.InputGradient(host, shape, from, w, to, epilogue);
        (nint copy, Action? all) = host.Reordered(
            w, (typeof(TransposeKernel), shape with { Batch = 1 }), checked(shape.PatchLength * shape.Filters),
            copy => HostTask.Bind(
                team, new TransposeKernel(shape, weights, (float*)copy), shape.KernelHeight * shape.KernelWidth,
                shape.Channels * (double)shape.Filters, 1));
        float* transposed = (float*)copy;
        for (int row = 0; row < Math.Min(shape.Stride, shape.Height); row++)
        {
            for (int column = 0; column < Math.Min(shape.Stride, shape.Width); column++)
            {
                ConvolutionPhase phase = ConvolutionPhase.Of(shape, row, column);
                PhaseHostRows rows =
                    new(ImagePatches.Of(shape, phase, from), shape.Height, shape.Width, shape.Stride, row, column);
                int pixels = shape.Batch * phase.Rows.Pixels * phase.Columns.Pixels;
                all += phase.Taps == 0
                    ? GemmHostEpilogues.Bind(epilogue, new EmptyPhase(team, pixels, shape.Channels, rows, to, epilogue))
                    : GemmHost.Bind(
                        team, new GemmShape(pixels, shape.Channels, phase.Taps * shape.Filters), rows, transposed
                        + TransposedOffset(shape, row, column), to, epilogue);
            }
        }

        return all ?? throw new InvalidOperationException("A convolution has a pixel at least.");
    }

    /// <summary>The offset of a phase's weights in the transposed weights, which are stored phase by phase.</summary>
    private static nint TransposedOffset(ConvolutionShape shape, int rowRemainder, int columnRemainder)
    {
        int taps = 0;
        for (int row = 0; row <= rowRemainder; row++)
        {
            for (int column = 0; column < (row < rowRemainder ? shape.Stride : columnRemainder); column++)
                taps += ConvolutionPhase.Of(shape, row, column).Taps;
        }

        return (nint)taps * shape.Channels * shape.Filters;
    }

    /// <summary>A phase that no tap reaches: its sums are empty.</summary>
    private readonly struct EmptyPhase(
        ThreadTeam team, int pixels, int channels, PhaseHostRows rows, float* dx, GemmHostEpilogue epilogue)
        : IWithHostEpilogue
    {
        public Action Bind<TEpilogue>()
            where TEpilogue : struct, IGemmHostEpilogue =>
            HostTask.Bind(
                team, new EmptyPhaseKernel<TEpilogue>(
                    pixels, channels, rows, dx, epilogue with { OutputFromC = (nint)(epilogue.Output - dx) }), 1, 0.0);
    }

    /// <summary>
    /// Transposes the weights [tap, channel, filter] to [tap of a phase, filter, channel], phase after phase, with the
    /// taps of a phase in the order of its patches. Units are taps.
    /// </summary>
    private readonly struct TransposeKernel(ConvolutionShape shape, float* w, float* transposed) : IHostKernel
    {
        private const int Depth = 64;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            float* block = stackalloc float[Depth * TSimd.Count];
            int channels = shape.Channels, filters = shape.Filters, tap = 0;
            for (int phaseRow = 0; phaseRow < shape.Stride; phaseRow++)
            {
                for (int phaseColumn = 0; phaseColumn < shape.Stride; phaseColumn++)
                {
                    ConvolutionPhase phase = ConvolutionPhase.Of(shape, phaseRow, phaseColumn);
                    for (int m = 0; m < phase.Taps; m++, tap++)
                    {
                        if (tap < start || tap >= end)
                            continue;
                        int ky = phase.Rows.FirstTap - m / phase.Columns.Taps * shape.Stride,
                            kx = phase.Columns.FirstTap - m % phase.Columns.Taps * shape.Stride;
                        float* from = w + (nint)(ky * shape.KernelWidth + kx) * channels * filters, to = transposed
                            + (nint)tap * channels * filters;
                        for (int c = 0; c < channels; c += TSimd.Count)
                        {
                            for (int k = 0; k < filters; k += Depth)
                                Transpose<TSimd>(
                                    from + (nint)c * filters + k, Math.Min(TSimd.Count, channels - c),
                                    Math.Min(Depth, filters - k), to + (nint)k * channels + c, block);
                        }
                    }
                }
            }
        }

        /// <summary>Rows of filters become rows of channels, through a block in the first-level cache.</summary>
        private void Transpose<TSimd>(float* from, int columns, int depth, float* to, float* block)
            where TSimd : struct, ISimd<TSimd>
        {
            GemmHostPanel.CopyTransposed<TSimd>(from, shape.Filters, columns, depth, 1, block);
            for (int k = 0; k < depth; k++)
            {
                TSimd row = TSimd.Load(block + k * TSimd.Count);
                if (columns == TSimd.Count)
                    row.Store(to + (nint)k * shape.Channels);
                else
                    row.StorePart(to + (nint)k * shape.Channels, columns);
            }
        }
    }

    /// <summary>There is a single unit: kernels shorter than their stride are rare.</summary>
    private readonly struct EmptyPhaseKernel<TEpilogue>(
        int pixels, int channels, PhaseHostRows rows, float* dx, GemmHostEpilogue epilogue) : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                float* to = dx + rows.Target(pixel) * channels;
                new Span<float>(to, channels).Clear();
                TEpilogue.Apply<TSimd>(epilogue, to, channels, 0, 1, channels);
            }
        }
    }
}
