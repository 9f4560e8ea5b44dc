namespace GanGpu.Kernels.Resampling;

/// <summary>
/// The small and the large size of a batch of images, one row a pixel: small [Batch · Height · Width, Channels], and
/// large, with a block of Factor x Factor pixels for each small pixel.
/// </summary>
internal readonly record struct ResamplingShape(int Batch, int Height, int Width, int Channels, int Factor)
{
    /// <summary>Pixels of the small images.</summary>
    public int Small => Batch * Height * Width;

    /// <summary>Pixels of the large images.</summary>
    public int Large => Small * Factor * Factor;
}
