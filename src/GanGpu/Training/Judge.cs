using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>The discriminator as training applies it, real and generated samples alike.</summary>
/// <param name="discriminator">The network.</param>
/// <param name="parameters">Its parameters.</param>
/// <param name="sample">The size of a sample.</param>
/// <param name="options">What samples go through first.</param>
/// <param name="player">Whose step it is: 0 the discriminator's, 1 the generator's.</param>
internal sealed class Judge(Network discriminator, Parameters parameters, SampleShape sample, TrainingOptions options, uint player)
{
    /// <summary>
    /// The logits of samples, augmented and with noise where the options say so. With packing (PacGAN, Lin et al. 2018,
    /// arXiv:1712.04086) a row is that of several samples at once, all of them real or all generated.
    /// </summary>
    /// <param name="samples">One a row; real ones first.</param>
    /// <param name="batches">2 where there are as many generated ones behind them.</param>
    /// <returns>[rows / packing, 1].</returns>
    public Tensor Logits(Tensor samples, int batches = 1)
    {
        if (options.Augmentation != Augmentation.None)
            samples = new Augment(samples, sample, options.Augmentation, options.Seed, RandomStreams.Augmentation + player).Output;
        if (options.InstanceNoise > 0)
        {
            Tensor noise = new Noise(samples.Shape, NoiseDistribution.Normal, options.Seed, RandomStreams.InstanceNoise + player).Output;
            samples = new Add(samples, new Scale(noise, (float)options.InstanceNoise).Output).Output;
        }

        if (options.Packing > 1)
            samples = new Reshape(samples, new Shape(samples.Shape.Rows / options.Packing, samples.Shape.Columns * options.Packing)).Output;
        parameters.Batches = batches;
        Tensor logits = discriminator(parameters, samples);
        parameters.Batches = 1;
        return logits;
    }
}
