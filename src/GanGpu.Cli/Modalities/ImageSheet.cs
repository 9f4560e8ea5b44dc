using GanGpu.Images;

namespace GanGpu.Cli.Modalities;

/// <summary>Images side by side.</summary>
internal sealed class ImageSheet : ISamplePicture
{
    /// <inheritdoc/>
    public int? Samples => null;

    /// <inheritdoc/>
    public bool DrawsSingly => true;

    /// <inheritdoc/>
    public bool ShowsReal => false;

    /// <inheritdoc/>
    public bool Fits(SampleFormat format) => ImagePictures.Fits(format);

    /// <inheritdoc/>
    public byte[] Draw(SampleBatch samples, DataSet? real) => samples.ToPng();
}
