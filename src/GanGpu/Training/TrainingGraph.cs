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
/// <param name="Figures">What is reported: a row of <see cref="LogitLoss"/>'s, then one of <see cref="GradientPenalty"/>'s where the training has penalties.</param>
/// <param name="Gradients">Of the player's parameters, in their order.</param>
/// <param name="Updates">The states of both networks that the step changes, and what to.</param>
internal sealed record TrainingGraph(Tensor Figures, IReadOnlyList<Tensor> Gradients, IReadOnlyList<StateUpdate> Updates)
{
    /// <summary>
    /// The gradients last layer first, each as soon as it can be computed: the backward pass then keeps no more than it must.
    /// States are stored at the end, when nobody reads their old values any more.
    /// </summary>
    public IReadOnlyList<Tensor> Results => [Figures, .. Gradients.Reverse(), .. Updates.Select(update => update.Value), .. Updates.Select(update => update.Stored)];

    /// <summary>Tensors that have a place of their own outside of the arena, but for weights and states.</summary>
    public IEnumerable<Tensor> Kept => Gradients.Concat(Updates.Select(update => update.Stored));

    /// <summary>
    /// Noise in, samples out, and one judgement of real and fake together; with the penalties that the options ask for where
    /// the update is one of the penalised.
    /// </summary>
    public static TrainingGraph Discriminator(
        Preset preset, SampleShape sample, DataOrder order, TrainingOptions options, Parameters generator, Parameters discriminator, bool penalised = true)
    {
        Tensor latent = new Noise(new Shape(order.BatchSize, preset.LatentSize), options.Latent, options.Seed, RandomStreams.DiscriminatorLatent).Output;
        Tensor fake = preset.Generator(sample)(generator, latent);
        Tensor real = new RealBatch(order, sample, options.HorizontalFlip).Output;
        Judge judge = new(preset, discriminator, sample, options, player: 0);
        Tensor samples = new StackRows(real, fake).Output, logits = judge.Logits(samples, batches: 2);
        LogitLoss loss = AdversarialLoss.Discriminator(options.Loss, logits, realRows: logits.Shape.Rows / 2, options.LabelSmoothing);
        List<(Tensor Output, Tensor Cotangent)> seeds = [(logits, loss.Gradient)];
        Tensor figures = loss.Figures;
        if (options.Penalty.Any)
        {
            Tensor penaltyFigures = new Fill(loss.Figures.Shape, 0f).Output;
            if (penalised)
            {
                GradientPenalty penalty = InputPenalty.Of(judge, options, real, fake, samples, logits);
                seeds.Add((penalty.Inputs[0], penalty.Cotangent));
                penaltyFigures = penalty.Figures;
            }

            figures = new StackRows(loss.Figures, penaltyFigures).Output;
        }

        return Of(figures, seeds, discriminator, generator);
    }

    /// <summary>Noise in, samples out, judged by the discriminator; the generator learns from the judgement.</summary>
    public static TrainingGraph Generator(Preset preset, SampleShape sample, DataOrder order, TrainingOptions options, Parameters generator, Parameters discriminator)
    {
        Tensor latent = new Noise(new Shape(options.BatchSize, preset.LatentSize), options.Latent, options.Seed, RandomStreams.GeneratorLatent).Output;
        Tensor fake = preset.Generator(sample)(generator, latent);
        Judge judge = new(preset, discriminator, sample, options, player: 1);
        Tensor logits;
        LogitLoss loss;
        if (options.Loss == AdversarialLossKind.RelativisticPairing)
        {
            logits = judge.Logits(new StackRows(new RealBatch(order, sample, options.HorizontalFlip).Output, fake).Output, batches: 2);
            loss = AdversarialLoss.PairedGenerator(logits);
        }
        else
        {
            logits = judge.Logits(fake);
            loss = AdversarialLoss.Generator(options.Loss, logits);
        }

        return Of(loss.Figures, [(logits, loss.Gradient)], generator, discriminator);
    }

    private static TrainingGraph Of(Tensor figures, IReadOnlyList<(Tensor Output, Tensor Cotangent)> seeds, Parameters trained, Parameters other) => new(
        figures,
        Graph.Gradients.Of(seeds, [.. trained.All.Select(parameter => parameter.Tensor)]),
        [.. trained.TakeUpdates().Concat(other.TakeUpdates()).Select(update => new StateUpdate(update.State, update.Value))]);
}
