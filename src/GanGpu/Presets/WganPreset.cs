using System.Text.Json.Serialization;
using GanGpu.Networks;

namespace GanGpu;

/// <summary>
/// The first Wasserstein GAN (Arjovsky, Chintala and Bottou, ICML 2017, arXiv:1701.07875) as PyTorch-GAN trains it on
/// MNIST (wgan.py): generator 100 → 128 → 256 → 512 → 1024 → the sample's size, leaky ReLU 0.2, batch norm with ε 0.8
/// before all but the first, tanh at the end; critic → 512 → 256 → 1, leaky ReLU. RMSProp 5e-5, the critic's weights
/// brought into ±0.01 after each of its five updates to one of the generator. Weights and biases start as PyTorch's
/// linear layers do, uniform on ±1/√(fan in).
/// </summary>
/// <remarks>
/// Where it departs from its source: batches are new for each update, and the generator has noise of its own rather
/// than that of the critic's last update.
/// </remarks>
public sealed record WganPreset : GanPreset
{
    private const float Epsilon = 0.8f, Clip = 0.01f;

    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 100;

    /// <summary>
    /// Units of the generator's first hidden layer; each of the other three has twice as many. The critic has four
    /// times and twice as many.
    /// </summary>
    public int BaseUnits { get; init; } = 128;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 64,
        DiscriminatorSteps = 5,
        Loss = AdversarialLossKind.Wasserstein,
        GeneratorOptimizer = new RmsPropOptions(5e-5),
        DiscriminatorOptimizer = new RmsPropOptions(5e-5) { WeightLimit = Clip },
    };

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(BaseUnits), BaseUnits, 1, MostUnits);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, _) =>
    {
        Tensor x = Layer(latent, parameters, "dense1", BaseUnits, Activation.LeakyRelu());
        for (int layer = 2; layer <= 4; layer++)
            x = Layer(x, parameters, $"dense{layer}", BaseUnits << (layer - 1), Activation.Identity)
                .BatchNorm(parameters, $"norm{layer}", Activation.LeakyRelu(), Epsilon);
        return Layer(x, parameters, "sample", sample.Length, Activation.Tanh);
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
    {
        Tensor x = Layer(samples, parameters, "dense1", 4 * BaseUnits, Activation.LeakyRelu());
        x = Layer(x, parameters, "dense2", 2 * BaseUnits, Activation.LeakyRelu());
        return Layer(x, parameters, "logit", 1, Activation.Identity);
    };

    private static Tensor Layer(Tensor x, Parameters parameters, string name, int units, Activation activation) => x
        .Dense(parameters, name, units, activation, Initializer.UniformFanIn,
            Initializer.UniformFanIn.For(x.Shape.Columns, units));
}
