namespace GanGpu.Kernels.Random;

/// <summary>
/// The streams that keep the uses of one seed apart: the third word of the Philox counter. A new use takes a new
/// number; a number is never given a second meaning, or two tensors would hold the same noise.
/// </summary>
internal static class RandomStreams
{
    /// <summary>The order of the training images.</summary>
    public const uint DataOrder = 1;

    /// <summary>Latent vectors of the discriminator's step.</summary>
    public const uint DiscriminatorLatent = 2;

    /// <summary>Latent vectors of the generator's step.</summary>
    public const uint GeneratorLatent = 3;

    /// <summary>Latent vectors of samples drawn from a trained generator.</summary>
    public const uint SampleLatent = 4;

    /// <summary>Synthetic images.</summary>
    public const uint SyntheticData = 5;

    /// <summary>Which images of a batch are mirrored.</summary>
    public const uint HorizontalFlip = 6;

    /// <summary>Positions on a line at which a gradient penalty is evaluated.</summary>
    public const uint PenaltyPoints = 7;

    /// <summary>
    /// How samples are augmented in the discriminator's step; in the generator's it is the next number.
    /// </summary>
    public const uint Augmentation = 8;

    /// <summary>
    /// Noise that is added to samples before they are judged, in the discriminator's step; in the generator's it is the
    /// next number.
    /// </summary>
    public const uint InstanceNoise = 10;

    /// <summary>Perturbations of real samples at which DRAGAN's penalty is evaluated.</summary>
    public const uint PenaltyPerturbation = 12;

    /// <summary>Synthetic points.</summary>
    public const uint SyntheticPoints = 32;

    /// <summary>Random choices of measures: samples and directions.</summary>
    public const uint Measures = 33;

    /// <summary>Which images of a data set are stacked.</summary>
    public const uint StackedData = 34;

    /// <summary>Labels of generated samples in the discriminator's step.</summary>
    public const uint DiscriminatorLabels = 64;

    /// <summary>Labels of generated samples in the generator's step.</summary>
    public const uint GeneratorLabels = 65;

    /// <summary>First of a block of streams, one per parameter tensor, for initial weights.</summary>
    public const uint FirstInitialWeight = 1 << 16;

    /// <summary>
    /// First of a block of streams, one per tensor that is kept but not trained, for its initial values.
    /// </summary>
    public const uint FirstInitialState = 2 << 16;

    /// <summary>
    /// First of a block of streams, one for each time that a layer which draws in every step is applied.
    /// </summary>
    public const uint FirstLayer = 3 << 16;
}
