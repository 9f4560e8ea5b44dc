using GanGpu.Kernels.Launching;

namespace GanGpu.Training;

/// <summary>What draws so many samples at a time, bound to a device.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Latents">Where their latent vectors are put.</param>
/// <param name="Labels">Where their classes are put; empty where the generator knows none.</param>
/// <param name="SamplesOffset">Where in the arena they are found.</param>
/// <param name="Launches">What draws them.</param>
internal sealed record SampleBlock(
    int Rows, Slice<float> Latents, Slice<float> Labels, int SamplesOffset, IReadOnlyList<Action> Launches);
