namespace GanGpu;

/// <summary>
/// What the two players minimise, in terms of the discriminator's output on a real sample, D(x), and on a generated
/// one, D(G(z)): a logit, whose sigmoid σ is a probability in the first two games and the last.
/// </summary>
public enum AdversarialLossKind
{
    /// <summary>
    /// D: −E[log σ(D(x))] − E[log(1 − σ(D(G(z))))], not halved; G: −E[log σ(D(G(z)))], which has strong gradients while
    /// the discriminator is winning. Goodfellow et al., "Generative adversarial nets" (NIPS 2014). The default.
    /// </summary>
    NonSaturating,

    /// <summary>
    /// D as <see cref="NonSaturating"/>; G: E[log(1 − σ(D(G(z))))], the minimax game of the same paper as it stands in
    /// theory; its gradient fades while the discriminator is winning.
    /// </summary>
    Minimax,

    /// <summary>
    /// D: ½E[(D(x) − 1)²] + ½E[D(G(z))²]; G: ½E[(D(G(z)) − 1)²]. Mao et al., "Least squares generative adversarial
    /// networks" (ICCV 2017), equation 9. PyTorch-GAN has D's factors ½, but none for G, whose loss is then twice this
    /// one.
    /// </summary>
    LeastSquares,

    /// <summary>
    /// D: E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))]; G: −E[D(G(z))]. Lim and Ye, "Geometric GAN" (2017); Miyato et
    /// al., "Spectral normalization for generative adversarial networks" (ICLR 2018), equations 16 and 17.
    /// </summary>
    Hinge,

    /// <summary>
    /// D: E[D(G(z))] − E[D(x)]; G: −E[D(G(z))]. Arjovsky et al., "Wasserstein GAN" (ICML 2017). The discriminator,
    /// there a critic, needs something that bounds its slope: clipped weights
    /// (<see cref="OptimizerOptions.WeightLimit"/>) or a penalty.
    /// </summary>
    Wasserstein,

    /// <summary>
    /// D: E[log(1 + exp(D(G(z)) − D(x)))]; G: E[log(1 + exp(D(x) − D(G(z))))], over pairs of a real sample and a
    /// generated one. Jolicoeur-Martineau, "The relativistic discriminator" (ICLR 2019); Huang et al., "The GAN is
    /// dead; long live the GAN!" (NeurIPS 2024), where it goes with zero-centred gradient penalties on both kinds of
    /// samples.
    /// </summary>
    RelativisticPairing,
}
