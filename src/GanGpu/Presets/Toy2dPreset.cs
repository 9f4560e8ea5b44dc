using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Networks;

namespace GanGpu.Presets;

/// <summary>Small multilayer perceptrons for points in the plane, such as the data sets ring and grid.</summary>
public sealed record Toy2dPreset : Preset
{
    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 2;

    /// <summary>Units of each hidden layer of both networks.</summary>
    public int Units { get; init; } = 128;

    /// <summary>Hidden layers of both networks.</summary>
    public int HiddenLayers { get; init; } = 3;

    /// <inheritdoc/>
    public override Network Generator(SampleShape sample) => (parameters, latent, _) => Perceptron(parameters, latent, sample.Length);

    /// <inheritdoc/>
    public override Network Discriminator(SampleShape sample) => (parameters, samples, _) => Perceptron(parameters, samples, 1);

    private Tensor Perceptron(Parameters parameters, Tensor input, int outputs)
    {
        for (int layer = 1; layer <= HiddenLayers; layer++)
            input = input.Dense(parameters, $"dense{layer}", Units, Activation.Relu, Initializer.HeUniform, Initializer.Zeros);
        return input.Dense(parameters, "output", outputs, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
    }
}
