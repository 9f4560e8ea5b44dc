using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Training;

/// <summary>The discriminator as training applies it, real and generated samples alike.</summary>
internal sealed class Judge(Network discriminator, Parameters parameters, TrainingOptions options)
{
    /// <summary>
    /// The logits of samples. With packing (PacGAN, Lin et al. 2018, arXiv:1712.04086) a row is that of several samples at
    /// once, all of them real or all generated.
    /// </summary>
    /// <param name="samples">One a row; real ones first.</param>
    /// <returns>[rows / packing, 1].</returns>
    public Tensor Logits(Tensor samples)
    {
        if (options.Packing > 1)
            samples = new Reshape(samples, new Shape(samples.Shape.Rows / options.Packing, samples.Shape.Columns * options.Packing)).Output;
        return discriminator(parameters, samples);
    }
}
