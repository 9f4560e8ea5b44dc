namespace GanGpu.PyTorch;

/// <summary>
/// What a file of weights is of, as far as it does not say so itself; files of <see cref="TorchWeights"/> do.
/// </summary>
internal sealed record WeightImportOptions
{
    /// <summary>The networks; where they know classes, with their number. Null for what the file says.</summary>
    public Preset? Preset { get; init; }

    /// <summary>The size of a sample; null for what the file says.</summary>
    public SampleFormat? Sample { get; init; }

    /// <summary>What latent vectors are drawn from; null for what the file says, or else the preset's recipe.</summary>
    public NoiseDistribution? Latent { get; init; }

    /// <summary>A file with the discriminator's weights, for export; null for none.</summary>
    public string? Discriminator { get; init; }
}
