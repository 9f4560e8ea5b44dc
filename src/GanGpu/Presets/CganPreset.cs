using System.Text.Json.Serialization;
using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu;

/// <summary>
/// A conditional GAN (Mirza and Osindero 2014, arXiv:1411.1784) of multilayer perceptrons as in PyTorch-GAN
/// (implementations/cgan/cgan.py). Both networks learn a vector of each class, as long as there are classes, and have
/// it beside their input. Generator: 100 + classes → 128, leaky ReLU 0.2, → 256 → 512 → 1024, each with batch norm (ε
/// 0.8) and leaky ReLU, → the sample's size, tanh. Discriminator: sample + classes → 512, leaky ReLU, → 512 → 512, each
/// with dropout 0.4 and leaky ReLU, → 1. Least squares; Adam 2e-4 (0.5, 0.999), batches of 64, normal latents;
/// generated classes uniform. Weights and biases start as PyTorch's: layers uniform on ±1 / √(fan in), embeddings
/// standard normal.
/// </summary>
/// <remarks>
/// Where it departs from its source: samples of any size rather than 32x32; the discriminator is updated first, and
/// each step draws latents and classes of its own; the generator's loss has a factor ½, which Adam does not see.
/// </remarks>
public sealed record CganPreset : GanPreset
{
    private const float BatchNormEpsilon = 0.8f, DropoutRate = 0.4f;

    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 100;

    /// <summary>
    /// Units of the generator's first layer; its later ones have 2, 4 and 8 times as many, the discriminator's 4 times.
    /// </summary>
    public int BaseUnits { get; init; } = 128;

    /// <inheritdoc/>
    [JsonIgnore]
    public override ClassUse ClassUse => ClassUse.Condition;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 64,
        Loss = AdversarialLossKind.LeastSquares,
        GeneratorOptimizer = new AdamOptions(2e-4, 0.5),
        DiscriminatorOptimizer = new AdamOptions(2e-4, 0.5),
    };

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(BaseUnits), BaseUnits, 1, MostUnits);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, labels) =>
    {
        Tensor x = Layer(ClassVectors(parameters, labels).Concatenate(latent), parameters, "dense1", BaseUnits,
            Activation.LeakyRelu());
        for (int i = 2; i <= 4; i++)
            x = Layer(x, parameters, $"dense{i}", BaseUnits << (i - 1), Activation.Identity)
                .BatchNorm(parameters, $"norm{i}", Activation.LeakyRelu(), BatchNormEpsilon);
        return Layer(x, parameters, "dense5", sample.Length, Activation.Tanh);
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, labels) =>
    {
        Tensor x = Layer(
            samples.Concatenate(ClassVectors(parameters, labels)), parameters, "dense1", 4 * BaseUnits,
            Activation.LeakyRelu());
        for (int i = 2; i <= 3; i++)
            x = new Activate(
                Layer(x, parameters, $"dense{i}", 4 * BaseUnits, Activation.Identity).Dropout(parameters, DropoutRate),
                Activation.LeakyRelu()).Output;
        return Layer(x, parameters, "logit", 1, Activation.Identity);
    };

    private static Tensor ClassVectors(Parameters parameters, Tensor? labels) =>
        labels!.Embed(parameters, "classes", labels!.Shape.Columns, Initializer.Normal(1f));

    private static Tensor Layer(Tensor x, Parameters parameters, string name, int units, Activation activation) => x
        .Dense(parameters, name, units, activation, Initializer.UniformFanIn,
            Initializer.UniformFanIn.For(x.Shape.Columns, units));
}
