using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Random;

/// <summary>
/// Dropout masks (Srivastava et al. 2014): y[i] is 1 / keep with probability keep, otherwise 0, so that the mean does
/// not change. An element is kept if u_i &lt; keep, where u_i in [0, 1) is word i mod 4 of the Philox block with
/// counter (i/4, step, stream). One thread per block. Overwrites y.
/// </summary>
internal sealed class DropoutGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static DropoutGpu Of(IGpu gpu) => gpu.Kernels(static g => new DropoutGpu(g.Loader));

    public static void MaskKernel(int length, float keep, float value, ulong seed, uint stream, ArrayView<uint> step,
        ArrayView<float> y)
    {
        int block = Grid.IdxX * Group.DimX + Group.IdxX, i = 4 * block;
        Philox.Block words = Philox.Generate(seed, (uint)block, step[0], stream);
        // The last block may have fewer than four elements.
        if (i < length)
            y[i] = Philox.ToUnit(words.X) < keep ? value : 0f;
        if (i + 1 < length)
            y[i + 1] = Philox.ToUnit(words.Y) < keep ? value : 0f;
        if (i + 2 < length)
            y[i + 2] = Philox.ToUnit(words.Z) < keep ? value : 0f;
        if (i + 3 < length)
            y[i + 3] = Philox.ToUnit(words.W) < keep ? value : 0f;
    }

    public Action Bind(AcceleratorStream stream, float keep, ulong seed, uint randomStream, ArrayView<uint> step,
        ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, float, ulong, uint,
            ArrayView<uint>, ArrayView<float>>>(MaskKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement((length + 3) / 4);
        return () => launch(stream, config, length, keep, 1f / keep, seed, randomStream, step, y);
    }
}
