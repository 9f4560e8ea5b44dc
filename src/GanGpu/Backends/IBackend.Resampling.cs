using GanGpu.Kernels.Random;
using GanGpu.Kernels.Resampling;

namespace GanGpu.Backends;

/// <summary>Other sizes of images, and dropout.</summary>
internal partial interface IBackend
{
    /// <summary>y [Large, Channels] = scale · x [Small, Channels] of the pixel whose block it is in; see <see cref="PixelBlocks"/>.</summary>
    Action Upsample(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y);

    /// <summary>y [Small, Channels] = scale · Σ x [Large, Channels] over each pixel's block; see <see cref="PixelBlocks"/>.</summary>
    Action SumPool(PixelBlocks shape, float scale, Slice<float> x, Slice<float> y);

    /// <summary>
    /// y[i] = 1 / keep where u_i &lt; keep, else 0: u_i in [0, 1) is word i mod 4 of the Philox block with counter (i/4, step[0],
    /// stream).
    /// </summary>
    Action DropoutMask(float keep, ulong seed, uint stream, Slice<uint> step, Slice<float> y);
}
