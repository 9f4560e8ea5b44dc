namespace GanGpu.Losses;

/// <summary>
/// What the generator minimises; both are of Goodfellow et al., "Generative adversarial nets" (NIPS 2014).
/// D(x) is the probability σ(logit) that x is real.
/// </summary>
public enum GeneratorLoss
{
    /// <summary>−E[log D(G(z))]: strong gradients while the discriminator is winning. The default.</summary>
    NonSaturating,

    /// <summary>E[log(1 − D(G(z)))], the minimax game as it stands in theory; its gradient fades while the discriminator is winning.</summary>
    Minimax,
}
