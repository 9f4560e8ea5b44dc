namespace GanGpu.Kernels.Random;

/// <summary>What latent vectors are drawn from.</summary>
public enum NoiseDistribution
{
    /// <summary>Standard normal, by Box and Muller's transform of two uniform numbers.</summary>
    Normal,

    /// <summary>Uniform on [−1, 1).</summary>
    Uniform,
}
