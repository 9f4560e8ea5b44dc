using GanGpu.Kernels;

namespace GanGpu.Measures;

/// <summary>
/// How an <see cref="SampleClassifier"/> is trained; two are comparable only where all of this is the same.
/// </summary>
internal sealed record ClassifierOptions
{
    /// <summary>Units of the two hidden layers; those of the second are the features.</summary>
    public HiddenUnits Hidden { get; init; } = new(512, 128);

    /// <summary>Passes over the data set, at least 1.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Images in a batch, at least 1; all of them where there are fewer.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Adam's learning rate in the first epoch, above 0; it falls by the same amount with every epoch, to a last one of
    /// 1 / epochs of it.
    /// </summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decides initial weights and data order.</summary>
    public ulong Seed { get; init; } = 1;

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Epochs < 1 || BatchSize < 1 || Hidden.First < 1 || Hidden.Second < 1 || !(LearningRate > 0)
            || !double.IsFinite(LearningRate))
            throw new InvalidInputException($"A classifier can't be trained with {this}: all numbers must be above 0.");
    }

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(ClassifierOptions), PrintMembers);
}
