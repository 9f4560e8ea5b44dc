using GanGpu.TorchPeer;

namespace GanGpu.Benchmarks.Step;

/// <summary>What both train: a preset by its own recipe, with a batch of another size.</summary>
/// <param name="Preset">The networks.</param>
/// <param name="Data">The built-in digits: as they are for the article's GAN, in a frame that makes them 32 pixels wide
/// for the others.</param>
/// <param name="Options">The recipe.</param>
internal sealed record StepTask(Preset Preset, DataSet Data, TrainingOptions Options)
{
    public const string Names = "mlp, dcgan, wgan-gp";

    private const int ConvolutionalImages = 4096, ConvolutionalSide = 32;

    public SampleFormat Sample => Data.Format;

    /// <summary>
    /// By how much losses of the first steps may differ. The article's is what the parity tests allow. The others have
    /// hundreds of thousands of weights, of which Adam's first steps move some either way by rounding; the parity tests
    /// hold theirs to more.
    /// </summary>
    public double Tolerance => Preset is MlpPreset ? 1e-5 : 2e-3;

    public static StepTask Of(string preset, int batch)
    {
        Preset networks = Preset.Named(preset);
        DataSet data = networks is MlpPreset ? DataSource.Open(DataSource.Digits)
            : PaddedDigits.Open(ConvolutionalImages, ConvolutionalSide);
        return new(networks, data, networks.Recipe with { BatchSize = batch });
    }
}
