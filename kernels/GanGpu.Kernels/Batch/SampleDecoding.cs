namespace GanGpu.Kernels.Batch;

/// <summary>How the values of a sample lie in a data set, and what a batch has in their place.</summary>
public enum SampleDecoding
{
    /// <summary>A byte each, 0 to 255, scaled to −1 to 1: the values of pixels.</summary>
    Bytes,

    /// <summary>A float each, taken as it is: numbers.</summary>
    Floats,
}
