using GanGpu.Kernels.Random;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// Decides which images of a batch are mirrored: a coin for each row of each step, the same on every device.
/// </summary>
internal static class HorizontalFlip
{
    /// <summary>
    /// The coin is the lowest bit of the first word of Philox block (row, step,
    /// <see cref="RandomStreams.HorizontalFlip"/>).
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="row">The row of the batch.</param>
    // Not the highest bit: ILGPU translates the IL of "!= 0" for unsigned numbers to a signed "> 0" for OpenCL.
    public static bool Decide(ulong seed, uint step, int row) =>
        (Philox.Generate(seed, (uint)row, step, RandomStreams.HorizontalFlip).X & 1) == 1;
}
