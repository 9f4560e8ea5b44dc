namespace GanGpu;

/// <summary>How to get from one latent vector to another.</summary>
public enum Interpolation
{
    /// <summary>
    /// In a straight line. Half way between two normal vectors it is nearer to the middle than any vector the generator
    /// was trained with.
    /// </summary>
    Linear,

    /// <summary>
    /// Along the arc between their directions, as White, "Sampling generative networks", 2016, arXiv:1609.04468, has
    /// it: the length stays that of what the generator was trained with. Where the two are parallel or opposite, or one
    /// is zero, there is no such arc, and it is linear.
    /// </summary>
    Spherical,
}
