using GanGpu.Data;
using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Random;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu.Objectives.Gan;

/// <summary>
/// One player's step as a graph: what it computes, and the gradients of its own network. The step of the discriminator
/// differentiates nothing of the generator, nor the other way round.
/// </summary>
/// <param name="Figures">
/// What is reported: a row of <see cref="LogitLoss"/>'s, then one of <see cref="GradientPenalty"/>'s where the training
/// has penalties, then one of <see cref="SoftmaxCrossEntropy"/>'s where the discriminator tells classes; of the
/// generator's step the first alone.
/// </param>
/// <param name="Gradients">Of the player's parameters, in their order.</param>
/// <param name="Updates">The states of both networks that the step changes, and what to.</param>
internal sealed record TrainingGraph(
    Tensor Figures, IReadOnlyList<Tensor> Gradients, IReadOnlyList<StateUpdate> Updates)
{
    /// <summary>
    /// The gradients last layer first, each as soon as it can be computed: the backward pass then keeps no more than it
    /// must. States are stored at the end, when nobody reads their old values any more.
    /// </summary>
    public IReadOnlyList<Tensor> Results =>
        [Figures, .. Gradients.Reverse(), .. Updates.Select(update => update.Value),
            .. Updates.Select(update => update.Stored)];

    /// <summary>Tensors that have a place of their own outside of the arena, but for weights and states.</summary>
    public IEnumerable<Tensor> Kept => Gradients.Concat(Updates.Select(update => update.Stored));

    /// <summary>
    /// Noise in, samples out, and one judgement of real and fake together; with the penalties that the options ask for
    /// where the update is one of the penalised.
    /// </summary>
    public static TrainingGraph Discriminator(
        Preset preset, SampleShape sample, DataOrder order, TrainingOptions options, Parameters generator,
        Parameters discriminator, bool penalised = true)
    {
        Tensor latent = new Noise(
            new Shape(order.BatchSize, preset.LatentSize), options.Latent, options.Seed,
            RandomStreams.DiscriminatorLatent).Output;
        StepClasses classes = StepClasses.OfDiscriminator(preset, order, options);
        Tensor fake = preset.Generate(sample, generator, latent, classes.OneHotOfFakes);
        Tensor real = new RealBatch(order, sample, options.HorizontalFlip).Output;
        Judge judge = new(preset, discriminator, sample, options, player: 0, classes);
        Tensor samples = new StackRows(real, fake).Output;
        Judgement judgement = judge.Of(samples, batches: 2);
        Tensor logits = judgement.Logits;
        LogitLoss loss = AdversarialLoss.Discriminator(
            options.Loss, logits, realRows: logits.Shape.Rows / 2, options.LabelSmoothing);
        List<(Tensor Output, Tensor Cotangent)> cotangents = [(logits, loss.Gradient)];
        Tensor figures = loss.Figures;
        if (options.Penalty.Any)
        {
            Tensor penaltyFigures = new Fill(loss.Figures.Shape, 0f).Output;
            if (penalised)
            {
                GradientPenalty penalty = InputPenalty.Of(judge, options, real, fake, samples, logits);
                cotangents.Add((penalty.Inputs[0], penalty.Cotangent));
                penaltyFigures = penalty.Figures;
            }

            figures = new StackRows(loss.Figures, penaltyFigures).Output;
        }

        if (judgement.Classes is { } classLogits)
        {
            float weight = preset.ClassWeights.Discriminator;
            SoftmaxCrossEntropy byClass =
                new(classLogits, classes.Labels(batches: 2), new(order.BatchSize, weight, weight));
            cotangents.Add((classLogits, byClass.Gradient));
            figures = new StackRows(figures, byClass.Figures).Output;
        }

        return Of(figures, cotangents, discriminator, generator);
    }

    /// <summary>Noise in, samples out, judged by the discriminator; the generator learns from the judgement.</summary>
    public static TrainingGraph Generator(
        Preset preset, SampleShape sample, DataOrder order, TrainingOptions options, Parameters generator,
        Parameters discriminator)
    {
        Tensor latent = new Noise(
            new Shape(options.BatchSize, preset.LatentSize), options.Latent, options.Seed,
            RandomStreams.GeneratorLatent).Output;
        StepClasses classes = StepClasses.OfGenerator(preset, order, options);
        Tensor fake = preset.Generate(sample, generator, latent, classes.OneHotOfFakes);
        Judge judge = new(preset, discriminator, sample, options, player: 1, classes);
        bool paired = options.Loss == AdversarialLossKind.RelativisticPairing;
        Judgement judgement = paired
            ? judge.Of(
                new StackRows(new RealBatch(order, sample, options.HorizontalFlip).Output, fake).Output, batches: 2)
            : judge.Of(fake);
        LogitLoss loss = paired ? AdversarialLoss.PairedGenerator(judgement.Logits)
            : AdversarialLoss.Generator(options.Loss, judgement.Logits);
        List<(Tensor Output, Tensor Cotangent)> cotangents = [(judgement.Logits, loss.Gradient)];
        if (preset.ClassUse == ClassUse.Auxiliary && judgement.Classes is { } classLogits)
        {
            float weight = preset.ClassWeights.Generator;
            SoftmaxCrossEntropy byClass =
                new(classLogits, classes.Labels(paired ? 2 : 1), new(order.BatchSize, paired ? 0f : weight, weight));
            cotangents.Add((classLogits, byClass.Gradient));
        }

        return Of(loss.Figures, cotangents, generator, discriminator);
    }

    private static TrainingGraph Of(
        Tensor figures, IReadOnlyList<(Tensor Output, Tensor Cotangent)> cotangents, Parameters trained,
        Parameters other) => new(
        figures,
        Graph.Gradients.Of(cotangents, [.. trained.All.Select(parameter => parameter.Tensor)]),
        [.. trained.TakeUpdates().Concat(other.TakeUpdates())
            .Select(update => new StateUpdate(update.State, update.Value))]);
}
