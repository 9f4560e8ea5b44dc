using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace GanGpu.TorchPeer;

/// <summary>A GAN in TorchSharp, on TorchSharp's autograd, losses and Adam.</summary>
internal sealed class TorchGan : IDisposable
{
    private readonly SampleShape sample;
    private readonly TrainingOptions options;
    private readonly TorchVariant variant;
    private readonly TorchNetworks networks;
    private readonly TorchSharp.Modules.Adam generatorAdam, discriminatorAdam;
    private readonly Tensor ones, zeros, onesThenZeros;

    /// <param name="preset">The networks.</param>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="options">Batch size, loss, penalty and Adam's constants; of the rest nothing is looked at.</param>
    /// <param name="variant">How the step is done.</param>
    /// <param name="type">Float32, or Float64 for the arbiter.</param>
    public TorchGan(
        Preset preset, SampleShape sample, TrainingOptions options, TorchVariant variant,
        ScalarType type = ScalarType.Float32)
    {
        this.sample = sample;
        this.options = options;
        this.variant = variant;
        Type = type;
        networks = TorchNetworks.Of(preset, sample);
        if (variant.Stacked && networks.ByBatch)
            throw new ArgumentException("Batch norm of real and generated samples together is another network.");
        foreach (TorchNetwork network in new[] { networks.Generator, networks.Discriminator })
        {
            network.To(type);
            if (variant.ChannelsLast)
                network.ChannelsLast();
        }

        generatorAdam = Adam(networks.Generator, options.GeneratorOptimizer);
        discriminatorAdam = Adam(networks.Discriminator, options.DiscriminatorOptimizer);
        ones = torch.ones(options.BatchSize, 1, type);
        zeros = torch.zeros(options.BatchSize, 1, type);
        onesThenZeros = cat([ones, zeros]);
    }

    public ScalarType Type { get; }

    /// <summary>
    /// The discriminator. Read its gradients before <see cref="GeneratorStep"/>, which may add its own.
    /// </summary>
    public TorchNetwork Discriminator => networks.Discriminator;

    public TorchNetwork Generator => networks.Generator;

    /// <summary>Takes over the weights and states of a trainer.</summary>
    public void CopyWeights(GanTrainer trainer)
    {
        networks.Generator.Copy(trainer.GeneratorWeights, Type);
        networks.Discriminator.Copy(trainer.DiscriminatorWeights, Type);
    }

    /// <summary>Samples, one a row, as the networks take them.</summary>
    public Tensor Arrange(Tensor rows) => networks.TakesImages ? ImageLayout.Images(rows, sample) : rows;

    /// <summary>Samples that the networks made, one a row.</summary>
    public Tensor Generate(Tensor latent)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor samples = networks.Generator.Forward(latent);
        return (networks.TakesImages ? ImageLayout.Samples(samples) : samples).MoveToOuterDisposeScope();
    }

    /// <summary>Updates the discriminator.</summary>
    /// <param name="real">Samples in −1..1, arranged.</param>
    /// <param name="latent">Latent vectors of the fakes.</param>
    /// <param name="positions">Where the gradient penalty looks between the pairs of samples, [n, 1]; null without
    /// one.</param>
    /// <returns>The adversarial loss before the update, and the penalty without its weight, in the caller's dispose
    /// scope.</returns>
    public (Tensor Loss, Tensor? Penalty) DiscriminatorStep(Tensor real, Tensor latent, Tensor? positions = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor fake;
        using (no_grad())
            fake = networks.Generator.Forward(latent);
        discriminatorAdam.zero_grad();
        Tensor loss = variant.Stacked
            ? StackedLoss(networks.Discriminator.Forward(cat([real, fake])))
            : RealLoss(networks.Discriminator.Forward(real)) + FakeLoss(networks.Discriminator.Forward(fake));
        Tensor? penalty = positions is null ? null : GradientPenalty(real, fake, positions);
        (penalty is null ? loss : loss + (penalty * options.Penalty.GradientPenalty)).backward();
        discriminatorAdam.step();
        return (loss.detach().MoveToOuterDisposeScope(), penalty?.detach().MoveToOuterDisposeScope());
    }

    /// <summary>Updates the generator.</summary>
    /// <param name="latent">Latent vectors.</param>
    /// <returns>The loss before the update, in the caller's dispose scope.</returns>
    public Tensor GeneratorStep(Tensor latent)
    {
        using DisposeScope scope = NewDisposeScope();
        generatorAdam.zero_grad();
        if (variant.FrozenOpponent)
            networks.Discriminator.Freeze(true);
        Tensor logits = networks.Discriminator.Forward(networks.Generator.Forward(latent));
        Tensor value = options.Loss switch
        {
            AdversarialLossKind.Wasserstein => -logits.mean(),
            AdversarialLossKind.Minimax => -binary_cross_entropy_with_logits(logits, zeros),
            _ => binary_cross_entropy_with_logits(logits, ones),
        };
        value.backward();
        if (variant.FrozenOpponent)
            networks.Discriminator.Freeze(false);
        generatorAdam.step();
        return value.detach().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        generatorAdam.Dispose();
        discriminatorAdam.Dispose();
        networks.Dispose();
        ones.Dispose();
        zeros.Dispose();
        onesThenZeros.Dispose();
    }

    private static TorchSharp.Modules.Adam Adam(TorchNetwork network, OptimizerOptions options) =>
        options is AdamOptions adam
        ? optim.Adam(network.Parameters, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon)
        : throw new ArgumentException("The peers are updated by Adam only.");

    private Tensor RealLoss(Tensor logits) => options.Loss == AdversarialLossKind.Wasserstein ? -logits.mean()
        : binary_cross_entropy_with_logits(logits, ones);

    private Tensor FakeLoss(Tensor logits) => options.Loss == AdversarialLossKind.Wasserstein ? logits.mean()
        : binary_cross_entropy_with_logits(logits, zeros);

    /// <summary>The mean over both halves is half the sum of their means.</summary>
    private Tensor StackedLoss(Tensor logits) => options.Loss == AdversarialLossKind.Wasserstein
        ? logits.narrow(0, options.BatchSize, options.BatchSize).mean() - logits.narrow(0, 0, options.BatchSize).mean()
        : binary_cross_entropy_with_logits(logits, onesThenZeros) * 2;

    private Tensor GradientPenalty(Tensor real, Tensor fake, Tensor positions)
    {
        Tensor points = (
            real + (positions.reshape([-1, .. Enumerable.Repeat(1L, (int)real.dim() - 1)]) * (fake - real)))
            .requires_grad_(true);
        Tensor logits = networks.Discriminator.Forward(points);
        Tensor gradient = autograd.grad([logits], [points], [ones], retain_graph: true, create_graph: true)[0];
        return (gradient.flatten(1).norm(1) - 1).square().mean();
    }
}
