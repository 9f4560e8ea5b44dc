namespace GanGpu.Measures;

/// <summary>
/// A measure of generators. A modality lists those that fit its samples; all that evaluates, chooses the best
/// checkpoint, tabulates or plots takes them from there.
/// </summary>
internal interface IMeasure
{
    /// <summary>Whether data can be measured so.</summary>
    bool Fits(DataSet data) => true;

    /// <summary>How many samples its authors look at; null if that is free.</summary>
    int? DefaultSamples => null;

    /// <summary>Measures samples of data that fit; null if there are too few or too large ones.</summary>
    Measurement? Of(MeasuredSamples samples);

    /// <summary>By what the best checkpoint of a training is chosen, if it may be by this measure.</summary>
    BestBy? Best => null;
}

/// <summary>A measure as that by which the best checkpoint of a training is chosen.</summary>
/// <param name="Name">What it is asked for by, such as "fd".</param>
/// <param name="Title">What it is called in a plot.</param>
/// <param name="GreaterIsBetter">Which way is better.</param>
/// <param name="Score">Measures samples by one number.</param>
/// <param name="Obstacle">Why data can't be measured so, as a sentence; null if they can.</param>
internal sealed record BestBy(
    string Name, string Title, bool GreaterIsBetter, Func<MeasuredSamples, double> Score,
    Func<ComparedData, string?> Obstacle)
{
    /// <summary>Whether samples are compared with real ones, of which it takes two, rather than with a known truth.</summary>
    public bool Compares { get; init; } = true;

    /// <summary>Whether a score is better than another, which may be null for none; NaN is not.</summary>
    public bool IsBetter(double score, double? than) =>
        !double.IsNaN(score) && (than is not { } other || (GreaterIsBetter ? score > other : score < other));
}
