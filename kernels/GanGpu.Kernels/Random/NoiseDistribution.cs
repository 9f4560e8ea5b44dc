
namespace GanGpu;

/// <summary>The distribution of latent vectors.</summary>
public enum NoiseDistribution
{
    /// <summary>Standard normal, by the Box–Muller transform of two uniform numbers.</summary>
    Normal,

    /// <summary>Uniform on [−1, 1).</summary>
    Uniform,
}
