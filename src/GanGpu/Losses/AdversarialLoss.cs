using GanGpu.Graph;
using GanGpu.Kernels;

namespace GanGpu.Losses;

/// <summary>The two players' objectives, as sigmoid cross-entropies of the discriminator's logits.</summary>
internal static class AdversarialLoss
{
    /// <summary>
    /// The discriminator minimises −E[log D(x)] − E[log(1 − D(G(z)))]: two cross-entropies, with target 1 for the logits of
    /// real samples and target 0 for those of fakes. The sum is not halved.
    /// </summary>
    /// <param name="logits">Of the real samples, then of the fakes, one a row.</param>
    /// <param name="realRows">How many are real.</param>
    public static SigmoidCrossEntropy Discriminator(Tensor logits, int realRows) => new(logits, new BinaryTargets(realRows, First: 1f, Second: 0f));

    /// <summary>
    /// Non-saturating: the cross-entropy with target 1. Minimax: E[log(1 − D)] is the cross-entropy with target 0 negated.
    /// </summary>
    /// <param name="logits">Of the fakes, one a row.</param>
    /// <param name="loss">Which of the two.</param>
    public static SigmoidCrossEntropy Generator(Tensor logits, GeneratorLoss loss) => loss switch
    {
        GeneratorLoss.NonSaturating => new(logits, new BinaryTargets(logits.Shape.Rows, First: 1f, Second: 0f)),
        GeneratorLoss.Minimax => new(logits, new BinaryTargets(logits.Shape.Rows, First: 0f, Second: 0f, FirstWeight: -1f)),
        _ => throw new InvalidInputException($"There is no generator loss '{loss}'."),
    };
}
