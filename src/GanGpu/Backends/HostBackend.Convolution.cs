using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>Convolutions and their gradients.</summary>
internal sealed unsafe partial class HostBackend
{
    private readonly List<HostBuffer<float>> scratch = [];

    public Action Convolution(ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmEpilogue epilogue)
    {
        LaunchArguments.Convolution(shape, x, w, y, epilogue);
        return ConvolutionHost.Forward(team, shape, Address(x), Address(w), Address(y), Bound(epilogue));
    }

    public Action ConvolutionInputGradient(ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionInputGradient(shape, dy, w, dx, epilogue);
        return ConvolutionHost.InputGradient(team, shape, Address(dy), Address(w), Address(dx), Bound(epilogue), Scratch(ConvolutionHost.ScratchLength(shape, team.Threads)));
    }

    public Action ConvolutionWeightGradient(ConvolutionShape shape, Slice<float> x, Slice<float> dy, Slice<float> dw, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionWeightGradient(shape, x, dy, dw, epilogue);
        return ConvolutionHost.WeightGradient(team, shape, Address(x), Address(dy), Address(dw), Bound(epilogue));
    }

    /// <summary>
    /// Memory that an action needs while it runs, shared by all of them: they run in order. It grows by doubling, and the
    /// smaller blocks are kept, since actions bound earlier use them.
    /// </summary>
    private float* Scratch(int length)
    {
        if (scratch.Count == 0 || scratch[^1].Length < length)
        {
            scratch.Add(new HostBuffer<float>(this, scratch.Count == 0 ? length : (int)Math.Max(length, Math.Min(2L * scratch[^1].Length, int.MaxValue))));
            // It is nobody's buffer.
            Interlocked.Decrement(ref LiveBufferCount);
        }

        return scratch[^1].Address;
    }

    private void FreeScratch()
    {
        foreach (HostBuffer<float> block in scratch)
        {
            Interlocked.Increment(ref LiveBufferCount);
            block.Dispose();
        }

        scratch.Clear();
    }
}
