namespace GanGpu;

/// <summary>What a training suffers from, in the field's own words.</summary>
public enum Diagnosis
{
    /// <summary>Nothing that can be seen from its metrics.</summary>
    Healthy,

    /// <summary>
    /// The discriminator is right on nearly every sample, real or generated: the generator learns little from it.
    /// </summary>
    DiscriminatorTooStrong,

    /// <summary>The generator makes much less different samples than the data holds: mode collapse.</summary>
    ModeCollapse,

    /// <summary>
    /// The generator does not draw some class of the data, or hardly: see <see cref="ClassShares.Lack"/>.
    /// </summary>
    ClassMissing,

    /// <summary>Neither loss has changed for a long time, or no gradient is left.</summary>
    Stalled,

    /// <summary>A loss, a weight or a sample is no finite number any more.</summary>
    NotANumber,
}
