namespace GanGpu.Kernels.Batch;

/// <summary>How the values of a sample are stored in a data set, and how a batch decodes them.</summary>
internal enum SampleDecoding
{
    /// <summary>One byte per value, 0 to 255, scaled to −1 to 1: pixels.</summary>
    Bytes,

    /// <summary>One float per value, unchanged: numbers.</summary>
    Floats,
}
