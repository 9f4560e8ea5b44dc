using GanGpu.Graph;
using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>The discriminator as training applies it, real and generated samples alike.</summary>
/// <param name="gan">The networks.</param>
/// <param name="parameters">Its parameters.</param>
/// <param name="sample">The size of a sample.</param>
/// <param name="options">What samples go through first.</param>
/// <param name="update">0 in the discriminator's update, 1 in the generator's: they draw other random numbers.</param>
/// <param name="classes">The classes of what is judged.</param>
internal sealed class DiscriminatorPass(GanNetworks gan, Parameters parameters, SampleFormat sample,
    TrainingOptions options, uint update, StepClasses classes)
{
    /// <summary>
    /// What the discriminator says of samples, augmented, with noise and in packs where the options say so.
    /// </summary>
    /// <param name="samples">One a row; real ones first.</param>
    /// <param name="batches">2 where there are as many generated ones behind them.</param>
    public DiscriminatorOutput Apply(Tensor samples, int batches)
    {
        if (options.Augmentation != Augmentation.None)
            samples = new Augment(
                samples, sample.Shape, options.Augmentation, options.Seed, RandomStreams.Augmentation + update).Output;
        if (options.InstanceNoise > 0)
        {
            Tensor noise = new Noise(samples.Shape, NoiseDistribution.Normal, options.Seed, RandomStreams.InstanceNoise
                + update).Output;
            samples += (float)options.InstanceNoise * noise;
        }

        parameters.Batches = batches;
        Tensor result = gan.Discriminator(
            parameters, Pack(samples, batches), gan.ClassUse == ClassUse.Condition ? classes.OneHotOf(batches) : null);
        parameters.Batches = 1;
        return Read(result, gan.ClassUse, gan.Classes);
    }

    /// <summary>What the discriminator and its layers make of one batch of samples.</summary>
    public Judged Judge(Tensor samples) => Judged(Apply(samples, batches: 1).Logits);

    /// <summary>The logits that it gave last, with what its layers made.</summary>
    public Judged Judged(Tensor logits) => new(logits, new Dictionary<string, Tensor>(parameters.Exposed));

    /// <summary>What the result of a discriminator says.</summary>
    public static DiscriminatorOutput Read(Tensor result, ClassUse use, int classes) => use switch
    {
        ClassUse.Auxiliary =>
            new(new SliceColumns(result, 0, 1).Output, new SliceColumns(result, 1, classes).Output),
        ClassUse.SemiSupervised => new(new LogSumExp(result).Output, result),
        _ => new(result, null),
    };

    /// <summary>
    /// Several samples as one with as many times the channels, all of them real or all generated: PacGAN, Lin et al.
    /// 2018, arXiv:1712.04086. Sample i of a batch of n goes with samples i + n / packing, i + 2n / packing, ….
    /// </summary>
    /// <param name="samples">One a row, batch after batch.</param>
    /// <param name="batches">Batches that are packed each by itself.</param>
    /// <returns>[rows / packing, columns · packing].</returns>
    public Tensor Pack(Tensor samples, int batches)
    {
        int packing = options.Packing;
        if (packing == 1)
            return samples;
        IReadOnlyList<Tensor> parts = new SplitRows(FeatureMap.Of(samples, sample.Shape).Tensor, batches * packing).Outputs;
        Tensor[] packs = [.. Enumerable.Range(0, batches).Select(batch =>
            parts.Skip(batch * packing).Take(packing)
                .Aggregate((all, next) => new ConcatenateColumns(all, next).Output))];
        Tensor stack = packs.Length == 1 ? packs[0] : new StackRows(packs).Output;
        return new Reshape(stack, new Shape(samples.Shape.Rows / packing, samples.Shape.Columns * packing)).Output;
    }
}

/// <summary>What a discriminator says of samples.</summary>
/// <param name="Logits">Of their being real, [n, 1].</param>
/// <param name="Classes">Of their classes, [n, classes]; null where it does not tell them.</param>
internal readonly record struct DiscriminatorOutput(Tensor Logits, Tensor? Classes);
