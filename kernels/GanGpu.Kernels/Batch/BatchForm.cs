namespace GanGpu.Kernels.Batch;

/// <summary>How a batch is read from a data set. The default reads bytes in the order of a run.</summary>
internal readonly record struct BatchForm
{
    /// <summary>How the values of the samples are stored.</summary>
    public SampleDecoding Decoding { get; init; }

    /// <summary>
    /// Pixels in a line of an image, if each row of a batch is mirrored left to right when
    /// <see cref="HorizontalFlip.Decide"/> says so; 0 if none is mirrored.
    /// </summary>
    public int FlipWidth { get; init; }

    /// <summary>
    /// Values of a pixel, which stay together when an image is mirrored; at least 1 if <see cref="FlipWidth"/> is not 0.
    /// </summary>
    public int Channels { get; init; }

    /// <summary>
    /// 0 if the samples are in the order of the data set. n if they are the rows of n steps' batches: row r of step t
    /// is sample ((t − 1) mod n) · batch size + r.
    /// </summary>
    public int StagedBatches { get; init; }
}
