using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>What the adversarial loss adds to an update: one of the library's, or one of a program's own.</summary>
/// <param name="Output">Where differentiation begins.</param>
/// <param name="Cotangent">The loss's derivative there.</param>
/// <param name="Metrics">Those of <see cref="LogitLoss"/>, and in a further row the value of a loss of one's own.</param>
internal sealed record AdversarialTerm(Tensor Output, Tensor Cotangent, Tensor Metrics)
{
    /// <param name="logits">Of the samples that are judged.</param>
    /// <param name="loss">What the library's loss says of them.</param>
    /// <param name="own">The program's loss; null for the library's.</param>
    /// <param name="terms">What it is made of.</param>
    /// <param name="network">Whose loss it is.</param>
    /// <exception cref="InvalidInputException">The program's loss is no number.</exception>
    public static AdversarialTerm Of(
        Tensor logits, LogitLoss loss, Func<LossTerms, Tensor>? own, Func<LossTerms> terms, string network)
    {
        if (own is null)
            return new(logits, loss.Gradient, loss.Metrics);
        Tensor value = own(terms())
            ?? throw new InvalidInputException($"The {network}'s loss of the program's own gave null, and no tensor.");
        if (value.Shape != new Shape(1, 1))
            throw new InvalidInputException(
                $"The {network}'s loss of the program's own is {value}; a loss is one number, such as its Mean().");
        return new(
            value, new Fill(value.Shape, 1f).Output,
            new StackRows(loss.Metrics, new PadColumns(value, 0, LogitLoss.MetricCount).Output).Output);
    }
}
