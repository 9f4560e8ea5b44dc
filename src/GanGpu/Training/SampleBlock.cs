using GanGpu.Kernels.Launching;

namespace GanGpu.Training;

/// <summary>What draws so many samples at a time, bound to a device.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Latents">Where their latent vectors are put.</param>
/// <param name="Classes">Where their classes are put, or weights of them; empty where the generator knows none.</param>
/// <param name="SamplesOffset">Where in the arena they are found.</param>
/// <param name="Launches">What draws them.</param>
internal sealed record SampleBlock(
    int Rows, Slice<float> Latents, Slice<float> Classes, int SamplesOffset, Action[] Launches)
{
    private Action? noise;
    private ulong noiseSeed;

    /// <summary>Puts latent vectors of a seed in place; bound anew only if the seed is another than last time.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="bind">Binds it.</param>
    public void Noise(ulong seed, Func<ulong, SampleBlock, Action> bind)
    {
        if (noise is null || noiseSeed != seed)
            (noise, noiseSeed) = (bind(seed, this), seed);
        noise();
    }
}
