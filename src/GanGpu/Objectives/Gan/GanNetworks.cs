using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>A GAN's two networks, as its objective applies them.</summary>
/// <param name="LatentSize">Values in a latent vector.</param>
/// <param name="Generator">From latent vectors, and classes if it is told them, to samples.</param>
/// <param name="Discriminator">From samples, packed as the options say, to logits; see
/// <see cref="DiscriminatorPass.Read"/>.</param>
internal sealed record GanNetworks(int LatentSize, Network Generator, Network Discriminator)
{
    /// <summary>What the networks do with classes.</summary>
    public ClassUse ClassUse { get; init; }

    /// <summary>Classes that they know; 0 for none.</summary>
    public int Classes { get; init; }

    /// <summary>
    /// Weights of the cross-entropy of classes in the discriminator's and in the generator's objective, beside the
    /// adversarial loss.
    /// </summary>
    public (float Discriminator, float Generator) ClassWeights { get; init; } = (1f, 1f);

    /// <summary>Whether the generator draws samples of a class that it is told.</summary>
    public bool GeneratesClasses => ClassUse is ClassUse.Condition or ClassUse.Auxiliary;
}
