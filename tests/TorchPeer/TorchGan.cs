using GanGpu.Losses;
using GanGpu.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace GanGpu.TorchPeer;

/// <summary>
/// The article's GAN (see <see cref="Presets.MlpPreset"/>) in TorchSharp, written from the article and not from this library:
/// its autograd, its loss, its Adam.
/// </summary>
internal sealed class TorchGan : IDisposable
{
    /// <summary>Values in a latent vector.</summary>
    public const int LatentSize = 100;

    private const double LearningRate = 2e-4, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8, Leak = 0.2;

    private readonly TorchVariant variant;
    private readonly AdversarialLossKind loss;
    private readonly Sequential generator, discriminator;
    private readonly optim.Optimizer generatorAdam, discriminatorAdam;
    private readonly Tensor ones, zeros, onesThenZeros;

    /// <param name="batch">Samples in a batch.</param>
    /// <param name="loss">The generator's objective.</param>
    /// <param name="variant">How the step is done.</param>
    /// <param name="type">Float32, or Float64 for the arbiter.</param>
    public TorchGan(int batch, AdversarialLossKind loss, TorchVariant variant, ScalarType type = ScalarType.Float32)
    {
        this.variant = variant;
        this.loss = loss;
        Type = type;
        generator = nn.Sequential(
            ("dense1", nn.Linear(LatentSize, 128)),
            ("leak1", nn.LeakyReLU(Leak)),
            ("dense2", nn.Linear(128, 256)),
            ("leak2", nn.LeakyReLU(Leak)),
            ("dense3", nn.Linear(256, 784)),
            ("tanh", nn.Tanh()));
        discriminator = nn.Sequential(
            ("dense1", nn.Linear(784, 256)),
            ("leak1", nn.LeakyReLU(Leak)),
            ("dense2", nn.Linear(256, 128)),
            ("leak2", nn.LeakyReLU(Leak)),
            ("dense3", nn.Linear(128, 1)));
        generator.to(type);
        discriminator.to(type);
        generatorAdam = optim.Adam(generator.parameters(), LearningRate, Beta1, Beta2, Epsilon);
        discriminatorAdam = optim.Adam(discriminator.parameters(), LearningRate, Beta1, Beta2, Epsilon);
        ones = torch.ones(batch, 1, type);
        zeros = torch.zeros(batch, 1, type);
        onesThenZeros = cat([ones, zeros]);
    }

    public ScalarType Type { get; }

    /// <summary>
    /// The gradients of the discriminator's weights as <see cref="DiscriminatorStep"/> left them, parameter after parameter,
    /// a weight as [in, out]. Read them before <see cref="GeneratorStep"/>, which may add its own.
    /// </summary>
    public double[][] DiscriminatorGradients => GradientsOf(discriminator);

    /// <summary>Those of the generator's, after <see cref="GeneratorStep"/>.</summary>
    public double[][] GeneratorGradients => GradientsOf(generator);

    /// <summary>Takes over the weights of a trainer.</summary>
    public void CopyWeights(GanTrainer trainer)
    {
        Copy(trainer.GeneratorWeights, generator);
        Copy(trainer.DiscriminatorWeights, discriminator);
    }

    /// <summary>Updates the discriminator.</summary>
    /// <param name="real">Samples in −1..1.</param>
    /// <param name="latent">Latent vectors of the fakes.</param>
    /// <returns>The loss before the update, in the caller's dispose scope.</returns>
    public Tensor DiscriminatorStep(Tensor real, Tensor latent)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor fake;
        using (no_grad())
            fake = generator.forward(latent);
        discriminatorAdam.zero_grad();
        // The mean over both halves is half the sum of their means.
        Tensor value = variant.Stacked
            ? binary_cross_entropy_with_logits(discriminator.forward(cat([real, fake])), onesThenZeros) * 2
            : binary_cross_entropy_with_logits(discriminator.forward(real), ones) + binary_cross_entropy_with_logits(discriminator.forward(fake), zeros);
        value.backward();
        discriminatorAdam.step();
        return value.detach().MoveToOuterDisposeScope();
    }

    /// <summary>Updates the generator.</summary>
    /// <param name="latent">Latent vectors.</param>
    /// <returns>The loss before the update, in the caller's dispose scope.</returns>
    public Tensor GeneratorStep(Tensor latent)
    {
        using DisposeScope scope = NewDisposeScope();
        generatorAdam.zero_grad();
        Freeze(true);
        Tensor logits = discriminator.forward(generator.forward(latent));
        Tensor value = loss == AdversarialLossKind.Minimax ? -binary_cross_entropy_with_logits(logits, zeros) : binary_cross_entropy_with_logits(logits, ones);
        value.backward();
        Freeze(false);
        generatorAdam.step();
        return value.detach().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        generatorAdam.Dispose();
        discriminatorAdam.Dispose();
        generator.Dispose();
        discriminator.Dispose();
        ones.Dispose();
        zeros.Dispose();
        onesThenZeros.Dispose();
    }

    private void Freeze(bool frozen)
    {
        if (!variant.FrozenOpponent)
            return;
        foreach (TorchSharp.Modules.Parameter parameter in discriminator.parameters())
            parameter.requires_grad = !frozen;
    }

    private void Copy(WeightArena arena, Sequential network)
    {
        float[] values = new float[arena.Values.Length];
        arena.Values.CopyTo(values);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        foreach ((Networks.Parameter ours, TorchSharp.Modules.Parameter theirs) in arena.Parameters.All.Zip(network.parameters()))
        {
            Graph.Shape shape = ours.Tensor.Shape;
            Tensor copy = tensor(values.AsSpan(ours.Offset, shape.Length).ToArray(), shape.Rows, shape.Columns).to(Type);
            // Ours is [in, out] and a bias [1, out]; theirs [out, in] and [out].
            theirs.copy_(theirs.dim() == 2 ? copy.t() : copy.reshape(-1));
        }
    }

    private static double[][] GradientsOf(Sequential network)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. network.parameters().Select(parameter => (parameter.dim() == 2 ? parameter.grad!.t() : parameter.grad!).to(ScalarType.Float64).contiguous().data<double>().ToArray())];
    }
}
