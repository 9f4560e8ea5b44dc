namespace GanGpu;

/// <summary>What a preset does with the classes of its samples.</summary>
public enum ClassUse
{
    /// <summary>Nothing: it learns from samples alone.</summary>
    None,

    /// <summary>Both networks are told a sample's class: Mirza and Osindero 2014, arXiv:1411.1784.</summary>
    Condition,

    /// <summary>
    /// The generator is told the class, and the discriminator has to tell it: its result is [n, 1 + classes], the logit
    /// of a sample being real and those of its classes. Odena et al. 2017, arXiv:1610.09585.
    /// </summary>
    Auxiliary,

    /// <summary>
    /// Only real samples have classes, perhaps not all of them, and the discriminator has to tell them: its result is
    /// [n, classes], and ln Σ e^logit the logit of a sample being real. Salimans et al. 2016, arXiv:1606.03498.
    /// </summary>
    SemiSupervised,
}
