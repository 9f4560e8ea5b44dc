using System.Globalization;
using GanGpu.Measures;

namespace GanGpu;

/// <summary>What an evaluation of a generator may choose.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Density and coverage look at the neighbours of each sample.</summary>
    public const int FewestSamples = DensityCoverage.DefaultNeighbours + 1;

    /// <summary>
    /// Generated samples; where it is null, as many as the papers take: 2,500 for mixtures, 26,000 for stacked digits,
    /// 10,000 else.
    /// </summary>
    public int? Samples { get; init; }

    /// <summary>Decides the generated samples, and what measures draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The folder that keeps the classifier of a labelled data set, so that it is trained once; null to keep none.
    /// </summary>
    public string? ClassifierFolder { get; init; }

    /// <summary>
    /// The network in whose features images are compared, instead of that classifier or of pixels; it stays the
    /// caller's. GanGpu.Onnx reads one from a file. Null for what fits the data.
    /// </summary>
    public IFeatureNetwork? Features { get; init; }

    /// <summary>How that classifier is trained.</summary>
    internal ClassifierOptions Classifier { get; init; } = new();

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Samples < FewestSamples)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The number of samples must be at least {FewestSamples}, not {Samples}: each needs " +
                    $"{DensityCoverage.DefaultNeighbours} neighbours."));
        Classifier.Validate();
    }
}
