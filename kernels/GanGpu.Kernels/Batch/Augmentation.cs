
namespace GanGpu;

/// <summary>
/// Augmentation of real and generated samples alike before the discriminator sees them, so that a small data set lasts
/// longer: DiffAugment, Zhao et al. 2020, arXiv:2006.10738. It is drawn for each sample, anew in every step.
/// </summary>
[Flags]
public enum Augmentation
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A number from −½ to ½ is added to all values of a sample.</summary>
    Brightness = 1,

    /// <summary>The distance of each value from its pixel's mean is multiplied by a number from 0 to 2.</summary>
    Saturation = 2,

    /// <summary>The distance of each value from its sample's mean is multiplied by a number from ½ to 1½.</summary>
    Contrast = 4,

    /// <summary>
    /// A sample is moved by up to an eighth of its height and of its width; the pixels that are moved in are 0.
    /// </summary>
    Translation = 8,

    /// <summary>
    /// A rectangle of half the height and half the width, its middle anywhere in the sample, is set to 0.
    /// </summary>
    Cutout = 16,

    /// <summary>Brightness, saturation and contrast.</summary>
    Color = Brightness | Saturation | Contrast,
}
