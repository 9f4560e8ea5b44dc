using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// Convolutions on the host, see <see cref="ConvolutionShape"/>, as matrix products of patches that are copied together a block
/// at a time, so that they are in the second-level cache when they are multiplied. Each overwrites its result.
/// </summary>
internal static unsafe class ConvolutionHost
{
    /// <summary>y = epilogue(patches(x) · w).</summary>
    public static Action Forward(ThreadTeam team, ConvolutionShape shape, float* x, float* w, float* y, GemmHostEpilogue epilogue) => GemmHost.Bind(
        team, new GemmShape(shape.OutPixels, shape.Filters, shape.PatchLength), new PatchHostRows(ImagePatches.Of(shape, x)), w, y, epilogue);

    /// <summary>dw = patches(x)ᵀ · dy, and the column sums of dy where they are asked for.</summary>
    public static Action WeightGradient(ThreadTeam team, ConvolutionShape shape, float* x, float* dy, float* dw, GemmHostEpilogue epilogue) => GemmHost.Bind(
        team, new GemmShape(shape.PatchLength, shape.Filters, shape.OutPixels, TransposeA: true), new PatchHostRows(ImagePatches.Of(shape, x)), dy, dw, epilogue);

    /// <summary>Floats that <see cref="InputGradient"/> needs for the weights, turned.</summary>
    public static int TurnedLength(ConvolutionShape shape) => checked(shape.PatchLength * shape.Filters);

    /// <summary>dx = epilogue(Σ over the taps that reach a pixel of dy · wᵀ), phase by phase; see <see cref="ConvolutionPhase"/>.</summary>
    public static Action InputGradient(ThreadTeam team, ConvolutionShape shape, float* dy, float* w, float* dx, GemmHostEpilogue epilogue, float* turned)
    {
        Action all = HostTask.Bind(team, new TurnKernel(shape, w, turned), shape.KernelHeight * shape.KernelWidth, shape.Channels * (double)shape.Filters, 1);
        for (int row = 0; row < Math.Min(shape.Stride, shape.Height); row++)
        {
            for (int column = 0; column < Math.Min(shape.Stride, shape.Width); column++)
            {
                ConvolutionPhase phase = ConvolutionPhase.Of(shape, row, column);
                PhaseHostRows rows = new(ImagePatches.Of(shape, phase, dy), shape.Height, shape.Width, shape.Stride, row, column);
                int pixels = shape.Batch * phase.Rows.Pixels * phase.Columns.Pixels;
                all += phase.Taps == 0
                    ? EmptyPhase(team, pixels, shape.Channels, rows, dx, epilogue)
                    : GemmHost.Bind(team, new GemmShape(pixels, shape.Channels, phase.Taps * shape.Filters), rows, turned + TurnedOffset(shape, row, column), dx, epilogue);
            }
        }

        return all;
    }

    /// <summary>Where the weights of a phase begin among the turned ones, which follow each other phase by phase.</summary>
    private static nint TurnedOffset(ConvolutionShape shape, int rowRemainder, int columnRemainder)
    {
        int taps = 0;
        for (int row = 0; row <= rowRemainder; row++)
        {
            for (int column = 0; column < (row < rowRemainder ? shape.Stride : columnRemainder); column++)
                taps += ConvolutionPhase.Of(shape, row, column).Taps;
        }

        return (nint)taps * shape.Channels * shape.Filters;
    }

    /// <summary>A phase that no tap reaches: sums of nothing.</summary>
    private static Action EmptyPhase(ThreadTeam team, int pixels, int channels, PhaseHostRows rows, float* dx, GemmHostEpilogue epilogue) => epilogue switch
    {
        { Bias: not null } => HostTask.Bind(team, new EmptyPhaseKernel(pixels, channels, rows, dx, epilogue), 1, 0.0),
        _ => HostTask.Bind(team, new EmptyPhaseKernel(pixels, channels, rows, dx, default), 1, 0.0),
    };

    /// <summary>
    /// The weights [tap, channel, filter] as [tap of a phase, filter, channel], phase after phase, the taps of a phase in the
    /// order in which its patches have them. Units are taps.
    /// </summary>
    private readonly struct TurnKernel(ConvolutionShape shape, float* w, float* turned) : IHostKernel
    {
        private const int Side = 16;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
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
                        int ky = phase.Rows.FirstTap - m / phase.Columns.Taps * shape.Stride, kx = phase.Columns.FirstTap - m % phase.Columns.Taps * shape.Stride;
                        float* from = w + (nint)(ky * shape.KernelWidth + kx) * channels * filters, to = turned + (nint)tap * channels * filters;
                        for (int c = 0; c < channels; c += Side)
                        {
                            for (int k = 0; k < filters; k++)
                            {
                                for (int i = c; i < Math.Min(channels, c + Side); i++)
                                    to[(nint)k * channels + i] = from[(nint)i * filters + k];
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>The only unit is the whole: kernels shorter than their stride are rare.</summary>
    private readonly struct EmptyPhaseKernel(int pixels, int channels, PhaseHostRows rows, float* dx, GemmHostEpilogue epilogue) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                float* to = dx + rows.Target(pixel) * channels;
                new Span<float>(to, channels).Clear();
                if (epilogue.Bias != null)
                    Finish<TSimd>(to);
            }
        }

        private void Finish<TSimd>(float* to)
            where TSimd : struct, ISimd<TSimd>
        {
            if (epilogue.Activation.Kind == ActivationKind.Tanh)
                BiasHostEpilogue<VectorTanh>.Apply<TSimd>(epilogue, to, channels, 0, 1, channels);
            else if (epilogue.Activation.Kind == ActivationKind.Sigmoid)
                BiasHostEpilogue<VectorSigmoid>.Apply<TSimd>(epilogue, to, channels, 0, 1, channels);
            else if (epilogue.Activation.Kind == ActivationKind.Relu)
                BiasHostEpilogue<VectorRelu>.Apply<TSimd>(epilogue, to, channels, 0, 1, channels);
            else if (epilogue.Activation.Kind == ActivationKind.LeakyRelu)
                BiasHostEpilogue<VectorLeakyRelu>.Apply<TSimd>(epilogue, to, channels, 0, 1, channels);
            else
                BiasHostEpilogue<VectorIdentity>.Apply<TSimd>(epilogue, to, channels, 0, 1, channels);
        }
    }
}
