using System.Text.Json.Serialization;
using GanGpu.Networks;

namespace GanGpu;

/// <summary>
/// Points in the plane, such as the data sets ring and grid: two multilayer perceptrons with ReLU and He-uniform
/// weights, trained as R3GAN (see <see cref="R3ganPreset"/>) with the relativistic pairing loss and the penalties R1
/// and R2, here 0.1, so that no mode is lost. The learning rate falls to 0 in the second half of 40,000 steps, and
/// samples are drawn with a moving average: without them the generator circles around modes as narrow as these.
/// </summary>
/// <remarks>No published recipe: settings are ours, found on seeds 0 and 1 of both data sets.</remarks>
public sealed record Toy2dPreset : GanPreset
{
    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 2;

    /// <summary>Units of each hidden layer of both networks.</summary>
    public int Units { get; init; } = 128;

    /// <summary>Hidden layers of both networks.</summary>
    public int HiddenLayers { get; init; } = 3;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 256,
        Loss = AdversarialLossKind.RelativisticPairing,
        Penalty = new() { R1 = 0.1, R2 = 0.1 },
        GeneratorOptimizer = Adam with { Average = new(0.999) },
        DiscriminatorOptimizer = Adam,
    };

    /// <inheritdoc/>
    internal override string UsualData => "ring";

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(Units), Units, 1, MostUnits);
        CheckRange(nameof(HiddenLayers), HiddenLayers, 0, MostLayers);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, _) =>
        Perceptron(parameters, latent, sample.Length);

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
        Perceptron(parameters, samples, 1);

    private static AdamOptions Adam => new(1e-3, 0, 0.999) { Decay = new(20_000, 40_000) };

    private Tensor Perceptron(Parameters parameters, Tensor input, int outputs)
    {
        for (int layer = 1; layer <= HiddenLayers; layer++)
            input = input.Dense(
                parameters, $"dense{layer}", Units, Activation.Relu, Initializer.HeUniform, Initializer.Zeros);
        return input.Dense(
            parameters, "output", outputs, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
    }
}
