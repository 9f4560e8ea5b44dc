using GanGpu.Kernels;
using GanGpu.Networks;

namespace GanGpu;

/// <summary>
/// The network of the source article: generator 100 → 128 → 256 → 784 (the sample's size), leaky ReLU and tanh at the
/// end; discriminator 784 → 256 → 128 → 1, leaky ReLU and a logit at the end, whose sigmoid lies in the loss. Where the
/// article is silent TensorFlow's defaults hold: leak 0.2, Glorot-uniform kernels, zero biases.
/// </summary>
public sealed record MlpPreset : GanPreset
{
    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 100;

    /// <summary>Units of the generator's first and second hidden layer.</summary>
    public HiddenUnits GeneratorUnits { get; init; } = new(128, 256);

    /// <summary>Units of the discriminator's first and second hidden layer.</summary>
    public HiddenUnits DiscriminatorUnits { get; init; } = new(256, 128);

    /// <summary>The leaky ReLU's slope for negative inputs, above 0.</summary>
    public float Leak { get; init; } = 0.2f;

    /// <summary>How the weights start.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>How the biases start.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    internal override void Validate()
    {
        base.Validate();
        CheckUnits(nameof(GeneratorUnits), GeneratorUnits);
        CheckUnits(nameof(DiscriminatorUnits), DiscriminatorUnits);
        if (!(Leak > 0) || !float.IsFinite(Leak))
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"{nameof(Leak)} of the preset {nameof(MlpPreset)} must be a finite number above 0, not {Leak}."));
        foreach (Initializer initializer in (ReadOnlySpan<Initializer>)[KernelInitializer, BiasInitializer])
        {
            if (!Enum.IsDefined(initializer.Kind))
                throw new InvalidInputException($"There is no initializer '{initializer.Kind}'.");
            CheckWeight(nameof(Initializer.Scale), initializer.Scale);
        }
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, _) => latent
        .Dense(parameters, "dense1", GeneratorUnits.First, Activation.LeakyRelu(Leak), KernelInitializer,
            BiasInitializer)
        .Dense(parameters, "dense2", GeneratorUnits.Second, Activation.LeakyRelu(Leak), KernelInitializer,
            BiasInitializer)
        .Dense(parameters, "dense3", sample.Length, Activation.Tanh, KernelInitializer, BiasInitializer);

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) => samples
        .Dense(parameters, "dense1", DiscriminatorUnits.First, Activation.LeakyRelu(Leak), KernelInitializer,
            BiasInitializer)
        .Dense(parameters, "dense2", DiscriminatorUnits.Second, Activation.LeakyRelu(Leak), KernelInitializer,
            BiasInitializer)
        .Dense(parameters, "dense3", 1, Activation.Identity, KernelInitializer, BiasInitializer);

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(MlpPreset), PrintMembers);
}

/// <summary>Units of the two hidden layers of a multilayer perceptron.</summary>
/// <param name="First">Of the layer next to the input, at least 1.</param>
/// <param name="Second">Of the layer after it, at least 1.</param>
public readonly record struct HiddenUnits(int First, int Second);
