namespace GanGpu.Kernels.Batch;

/// <summary>
/// What a batch is besides rows of a data set in the order of a run; the default is just that, of bytes.
/// </summary>
public readonly record struct BatchForm
{
    /// <summary>How the values of the samples are stored.</summary>
    public SampleDecoding Decoding { get; init; }

    /// <summary>
    /// Pixels in a line of an image, where each row of a batch is mirrored left to right if
    /// <see cref="HorizontalFlip.Decide"/> says so; 0 where none is. Only <see cref="SampleDecoding.Bytes"/> are
    /// pixels.
    /// </summary>
    public int FlipWidth { get; init; }

    /// <summary>
    /// Bytes of a pixel, which stay together when an image is mirrored, at least 1 where <see cref="FlipWidth"/> is not
    /// 0.
    /// </summary>
    public int Channels { get; init; }

    /// <summary>
    /// 0 where the samples lie in the order of the data set. n where they lie as the rows of n steps' batches, row r of
    /// step t at ((t − 1) mod n) · batch size + r.
    /// </summary>
    public int StagedBatches { get; init; }
}
