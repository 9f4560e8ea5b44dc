using GanGpu.Kernels;

namespace GanGpu;

/// <summary>
/// Penalties on the gradient of the discriminator's logits towards its input, which keep it smooth. They differentiate
/// through the whole discriminator twice, whatever it is made of.
/// </summary>
public sealed record PenaltyOptions
{
    /// <summary>
    /// λ of λ · E[(‖∇D(x̂)‖ − 1)²], x̂ a random point on the line from a real to a generated sample; 0 for none.
    /// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028) has 10.
    /// </summary>
    public double GradientPenalty { get; init; }

    /// <summary>
    /// λ of the same penalty at random points near real samples; 0 for none. x̂ lies on the line from a real sample x
    /// to x + ½·σ·u, σ the deviation of all values of the batch, u uniform on [0, 1): DRAGAN (Kodali et al. 2017,
    /// arXiv:1705.07215), with 10, by its authors' code.
    /// </summary>
    public double Dragan { get; init; }

    /// <summary>
    /// γ of γ/2 · E[‖∇D(x)‖²] over real samples; 0 for none. R1 of Mescheder et al. 2018, arXiv:1801.04406.
    /// </summary>
    public double R1 { get; init; }

    /// <summary>γ of γ/2 · E[‖∇D(G(z))‖²] over generated samples; 0 for none. R2 of Mescheder et al. 2018.</summary>
    public double R2 { get; init; }

    /// <summary>
    /// Updates of the discriminator from one that is penalised to the next, the penalty being as many times as strong:
    /// lazy regularisation, Karras et al. 2020, arXiv:1912.04958, has 16. 1 penalises every update.
    /// </summary>
    public int Interval { get; init; } = 1;

    /// <summary>Whether there is any.</summary>
    internal bool Any => UnitNorm > 0 || R1 > 0 || R2 > 0;

    /// <summary>Whether some updates have one and others have none.</summary>
    internal bool IsLazy => Any && Interval > 1;

    /// <summary>The weight of the penalty that wants gradients of norm 1, wherever it looks.</summary>
    internal double UnitNorm => GradientPenalty + Dragan;

    /// <summary>
    /// The penalty's value, from metrics that are means over all updates, of which only some have one.
    /// </summary>
    internal double Of(ReadOnlySpan<double> metrics) =>
        Interval * (UnitNorm > 0 ? UnitNorm * metrics[0] : ((R1 * metrics[0]) + (R2 * metrics[1])) / 2);

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate()
    {
        foreach (
            (double value, string name) in new[] {
                (GradientPenalty, "gradient penalty"), (Dragan, "penalty of DRAGAN"), (R1, "R1 penalty"),
                (R2, "R2 penalty") })
        {
            if (!(value >= 0) || !double.IsFinite(value))
                throw new InvalidInputException(
                    FormattableString.Invariant(
                        $"The weight of the {name} must be a finite number of at least 0, not {value}."));
        }

        if (GradientPenalty > 0 && Dragan > 0)
            throw new InvalidInputException(
                "The gradient penalty and that of DRAGAN can't be had together: they are one penalty, at other " +
                "points.");
        if (UnitNorm > 0 && (R1 > 0 || R2 > 0))
            throw new InvalidInputException(
                "The gradient penalty and the penalties R1 and R2 can't be had together: the one wants gradients of " +
                "norm 1, the others of norm 0.");
        if (Interval is < 1 or > 1024)
            throw new InvalidInputException($"A penalty can be 1 to 1024 updates apart from the next, not {Interval}.");
    }

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(PenaltyOptions), PrintMembers);
}
