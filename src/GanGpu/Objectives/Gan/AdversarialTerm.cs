using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>What the adversarial loss adds to an update: the library's, or one of a program's own.</summary>
internal static class AdversarialTerm
{
    /// <summary>Adds it; its metrics are those of <see cref="LogitLoss"/>, and in a further row the value of a loss of
    /// one's own.</summary>
    /// <param name="sum">What it is added to.</param>
    /// <param name="loss">What the library's loss says of the logits.</param>
    /// <param name="own">The program's loss; null for the library's.</param>
    /// <param name="terms">What that is made of.</param>
    /// <param name="network">Whose loss it is.</param>
    /// <exception cref="InvalidInputException">The program's loss is no number.</exception>
    public static void AddAdversarial(
        this LossSum sum, LogitLoss loss, Func<LossTerms, Tensor>? own, Func<LossTerms> terms, string network)
    {
        if (own is null)
        {
            sum.Add(loss.Inputs[0], loss.Gradient, loss.Metrics);
            return;
        }

        Tensor value = own(terms())
            ?? throw new InvalidInputException($"The {network}'s loss of the program's own gave null, and no tensor.");
        if (value.Shape != new Shape(1, 1))
            throw new InvalidInputException(
                $"The {network}'s loss of the program's own is {value}; a loss is one number, such as its Mean().");
        sum.Add(value, new Fill(value.Shape, 1f).Output,
            new StackRows(loss.Metrics, new PadColumns(value, 0, LogitLoss.MetricCount).Output).Output);
    }
}
