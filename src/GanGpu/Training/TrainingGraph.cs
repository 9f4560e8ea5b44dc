using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Losses;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>
/// One player's step as a graph: what it computes, and the gradients of its own network. The step of the discriminator
/// differentiates nothing of the generator, nor the other way round.
/// </summary>
/// <param name="Figures">What is reported: see <see cref="LogitLoss"/>.</param>
/// <param name="Gradients">Of the player's parameters, in their order.</param>
internal sealed record TrainingGraph(Tensor Figures, IReadOnlyList<Tensor> Gradients)
{
    /// <summary>
    /// The gradients last layer first, each as soon as it can be computed: the backward pass then keeps no more than it must.
    /// </summary>
    public IReadOnlyList<Tensor> Results => [Figures, .. Gradients.Reverse()];

    /// <summary>Noise in, samples out, and one judgement of real and fake together.</summary>
    public static TrainingGraph Discriminator(Preset preset, SampleShape sample, DataOrder order, TrainingOptions options, Parameters generator, Parameters discriminator)
    {
        Tensor latent = new Noise(new Shape(order.BatchSize, preset.LatentSize), options.Latent, options.Seed, RandomStreams.DiscriminatorLatent).Output;
        Tensor fake = preset.Generator(sample)(generator, latent);
        Tensor real = new RealBatch(order, sample, options.HorizontalFlip).Output;
        Tensor logits = preset.Discriminator()(discriminator, new StackRows(real, fake).Output);
        return Of(logits, AdversarialLoss.Discriminator(options.Loss, logits, realRows: order.BatchSize, options.LabelSmoothing), discriminator);
    }

    /// <summary>Noise in, samples out, judged by the discriminator; the generator learns from the judgement.</summary>
    public static TrainingGraph Generator(Preset preset, SampleShape sample, TrainingOptions options, Parameters generator, Parameters discriminator)
    {
        Tensor latent = new Noise(new Shape(options.BatchSize, preset.LatentSize), options.Latent, options.Seed, RandomStreams.GeneratorLatent).Output;
        Tensor fake = preset.Generator(sample)(generator, latent);
        Tensor logits = preset.Discriminator()(discriminator, fake);
        return Of(logits, AdversarialLoss.Generator(options.Loss, logits), generator);
    }

    private static TrainingGraph Of(Tensor logits, LogitLoss loss, Parameters trained) =>
        new(loss.Figures, Graph.Gradients.Of([(logits, loss.Gradient)], [.. trained.All.Select(parameter => parameter.Tensor)]));
}
