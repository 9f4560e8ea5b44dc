namespace GanGpu.Runs;

/// <summary>Where a run stands when its report is written.</summary>
internal enum RunState
{
    /// <summary>It is being trained.</summary>
    Training,

    /// <summary>It was trained to the step it was to end at.</summary>
    Done,

    /// <summary>It was stopped before, with everything saved.</summary>
    Stopped,

    /// <summary>Its figures or samples are no finite numbers any more.</summary>
    Diverged,
}
