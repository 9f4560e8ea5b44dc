using GanGpu.Graph;
using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Objectives;

/// <summary>
/// The two players' objectives as losses of the discriminator's logits, see <see cref="AdversarialLossKind"/>.
/// Differentiation starts from the pair (logits, <see cref="LogitLoss.Gradient"/>).
/// </summary>
internal static class AdversarialLoss
{
    /// <summary>What the discriminator minimises.</summary>
    /// <param name="kind">The game.</param>
    /// <param name="logits">Of the real samples, then of the fakes, one a row.</param>
    /// <param name="realRows">How many are real; half of them for relativistic pairing, which holds row i against row
    /// realRows + i.</param>
    /// <param name="smoothing">
    /// One-sided label smoothing: the target of real samples is lowered by this, see
    /// <see cref="TrainingOptions.LabelSmoothing"/>.
    /// </param>
    public static LogitLoss Discriminator(
        AdversarialLossKind kind, Tensor logits, int realRows, float smoothing = 0f) => kind switch
        {
            AdversarialLossKind.NonSaturating or AdversarialLossKind.Minimax =>
                new(LogitLossKind.SigmoidCrossEntropy, logits, new(realRows, First: 1f - smoothing, Second: 0f)),
            AdversarialLossKind.LeastSquares =>
                new(LogitLossKind.LeastSquares, logits, new(realRows, First: 1f - smoothing, Second: 0f)),
            AdversarialLossKind.Hinge => new(LogitLossKind.Hinge, logits, new(realRows, First: 1f, Second: -1f)),
            AdversarialLossKind.Wasserstein => new(LogitLossKind.Linear, logits, new(realRows, First: 1f, Second: -1f)),
            AdversarialLossKind.RelativisticPairing =>
                new(LogitLossKind.RelativisticPairing, logits, new(realRows, First: 1f, Second: 0f)),
            _ => throw Unknown(kind),
        };

    /// <summary>
    /// What the generator minimises, in the games in which it needs no real samples: all but relativistic pairing.
    /// </summary>
    /// <param name="kind">The game.</param>
    /// <param name="logits">Of the fakes, one a row.</param>
    public static LogitLoss Generator(AdversarialLossKind kind, Tensor logits)
    {
        int rows = logits.Shape.Rows;
        return kind switch
        {
            AdversarialLossKind.NonSaturating =>
                new(LogitLossKind.SigmoidCrossEntropy, logits, new(rows, First: 1f, Second: 0f)),
            // E[log(1 − D)] is the cross-entropy with target 0 negated.
            AdversarialLossKind.Minimax =>
                new(LogitLossKind.SigmoidCrossEntropy, logits, new(rows, First: 0f, Second: 0f, FirstWeight: -1f)),
            AdversarialLossKind.LeastSquares =>
                new(LogitLossKind.LeastSquares, logits, new(rows, First: 1f, Second: 0f)),
            AdversarialLossKind.Hinge or AdversarialLossKind.Wasserstein =>
                new(LogitLossKind.Linear, logits, new(rows, First: 1f, Second: -1f)),
            AdversarialLossKind.RelativisticPairing =>
                throw new ArgumentException(
                    "Relativistic pairing holds fakes against real samples: give it the logits of both."),
            _ => throw Unknown(kind),
        };
    }

    /// <summary>
    /// What the generator minimises in relativistic pairing. The gradient is stated for the logits of both parts; the
    /// real samples' does not depend on the generator, and differentiation towards its parameters does not use it.
    /// </summary>
    /// <param name="logits">Of the real samples, then of as many fakes, one a row.</param>
    public static LogitLoss PairedGenerator(Tensor logits) =>
        new(LogitLossKind.RelativisticPairing, logits, new(logits.Shape.Rows / 2, First: 0f, Second: 1f));

    /// <summary>
    /// What the discriminator minimises as a tensor [1, 1], to be part of a loss of a program's own. Differentiation goes
    /// through it like through any other.
    /// </summary>
    /// <param name="kind">The game.</param>
    /// <param name="real">Logits of the real samples, one a row.</param>
    /// <param name="fake">Logits of as many fakes.</param>
    /// <param name="smoothing">As for the other.</param>
    public static Tensor OfDiscriminator(AdversarialLossKind kind, Tensor real, Tensor fake, float smoothing) =>
        kind switch
        {
            // The cross-entropy with the target t is softplus(x) − t·x.
            AdversarialLossKind.NonSaturating or AdversarialLossKind.Minimax =>
                (real.Softplus() - (1f - smoothing) * real).Mean() + fake.Softplus().Mean(),
            AdversarialLossKind.LeastSquares =>
                0.5f * (real - (1f - smoothing)).Square().Mean() + 0.5f * fake.Square().Mean(),
            AdversarialLossKind.Hinge =>
                (1f - real).Activate(Activation.Relu).Mean() + (1f + fake).Activate(Activation.Relu).Mean(),
            AdversarialLossKind.Wasserstein => fake.Mean() - real.Mean(),
            AdversarialLossKind.RelativisticPairing => (fake - real).Softplus().Mean(),
            _ => throw Unknown(kind),
        };

    /// <summary>What the generator minimises as a tensor [1, 1], likewise.</summary>
    /// <param name="kind">The game.</param>
    /// <param name="real">Logits of the real samples, which only relativistic pairing asks for.</param>
    /// <param name="fake">Logits of the fakes, one a row.</param>
    public static Tensor OfGenerator(AdversarialLossKind kind, Func<Tensor> real, Tensor fake) => kind switch
    {
        AdversarialLossKind.NonSaturating => (-fake).Softplus().Mean(),
        AdversarialLossKind.Minimax => -fake.Softplus().Mean(),
        AdversarialLossKind.LeastSquares => 0.5f * (fake - 1f).Square().Mean(),
        AdversarialLossKind.Hinge or AdversarialLossKind.Wasserstein => -fake.Mean(),
        AdversarialLossKind.RelativisticPairing => (real() - fake).Softplus().Mean(),
        _ => throw Unknown(kind),
    };

    /// <summary>
    /// The discriminator's loss, from its step's <see cref="LogitLoss.Metrics"/>: the weights of both parts are 1 in
    /// every game.
    /// </summary>
    public static double DiscriminatorLoss(ReadOnlySpan<double> metrics) => metrics[0] + metrics[1];

    /// <summary>
    /// The generator's loss, from its step's <see cref="LogitLoss.Metrics"/>, which are not weighted.
    /// </summary>
    public static double GeneratorLoss(AdversarialLossKind kind, ReadOnlySpan<double> metrics) =>
        kind == AdversarialLossKind.Minimax ? -metrics[0] : metrics[0];

    private static InvalidInputException Unknown(AdversarialLossKind kind) =>
        new($"There is no adversarial loss '{kind}'.");
}
