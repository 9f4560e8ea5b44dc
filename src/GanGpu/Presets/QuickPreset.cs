using System.Text.Json.Serialization;
using GanGpu.Kernels;
using GanGpu.Networks;

namespace GanGpu;

/// <summary>
/// Something worth looking at within a minute of a processor: small multilayer perceptrons like the article's, trained
/// as R3GAN (see
/// <see cref="R3ganPreset"/>) with the relativistic pairing loss and the penalties R1 and R2, so that no mode is lost,
/// and drawn with a moving average. Where images have classes, both networks are told them as in
/// <see cref="CganPreset"/>. Generator: 64 + a vector of 16 of the class → 128 → 256, leaky ReLU 0.2, → the sample's
/// size, tanh for images; discriminator: sample + a vector of the class → 256 → 128 → 1. Weights start He-uniform.
/// Batches of 64; Adam 1e-3 (0, 0.999); both penalties 1; the average's decay 0.999.
/// </summary>
/// <remarks>No published recipe: settings are ours, found on the built-in digits.</remarks>
public sealed record QuickPreset : GanPreset
{
    /// <summary>Values of a class's vector, in both networks.</summary>
    internal const int ClassValues = 16;

    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 64;

    /// <summary>Units of the generator's first and second hidden layer.</summary>
    public HiddenUnits GeneratorUnits { get; init; } = new(128, 256);

    /// <summary>Units of the discriminator's first and second hidden layer.</summary>
    public HiddenUnits DiscriminatorUnits { get; init; } = new(256, 128);

    /// <summary>
    /// Whether the networks are told the classes of samples; null: if the data are images with classes that are judged
    /// one by one.
    /// </summary>
    public bool? Conditional { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override ClassUse ClassUse => Conditional == true ? ClassUse.Condition : ClassUse.None;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 64,
        Loss = AdversarialLossKind.RelativisticPairing,
        Penalty = new() { R1 = 1, R2 = 1 },
        GeneratorOptimizer = new AdamOptions(1e-3, 0) { Average = new(0.999) },
        DiscriminatorOptimizer = new AdamOptions(1e-3, 0),
    };

    /// <summary>Half a minute of a processor on the built-in digits.</summary>
    internal override int Epochs => 12;

    /// <summary>The first should be there in seconds.</summary>
    internal override int Grids => 20;

    internal override Preset Fitting(DataSet data, TrainingOptions options) =>
        this with
        {
            Conditional = Conditional
                ?? (data.Format.HasRows && data.Classes > 1 && options.Packing == 1),
        };

    internal override void Validate()
    {
        base.Validate();
        CheckUnits(nameof(GeneratorUnits), GeneratorUnits);
        CheckUnits(nameof(DiscriminatorUnits), DiscriminatorUnits);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, labels) =>
    {
        Tensor x = Conditional == true
            ? labels!.Embed(parameters, "classes", ClassValues, Initializer.Normal(1f)).Concatenate(latent) : latent;
        x = Hidden(parameters, x, GeneratorUnits);
        return x.Dense(parameters, "dense3", sample.Length, sample.Encoding.IsBounded ? Activation.Tanh
            : Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, labels) =>
    {
        Tensor x = Conditional == true
            ? samples.Concatenate(labels!.Embed(parameters, "classes", ClassValues, Initializer.Normal(1f))) : samples;
        x = Hidden(parameters, x, DiscriminatorUnits);
        return x.Dense(parameters, "dense3", 1, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
    };

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(QuickPreset), PrintMembers);

    private static Tensor Hidden(Parameters parameters, Tensor x, HiddenUnits units) => x
        .Dense(parameters, "dense1", units.First, Activation.LeakyRelu(), Initializer.HeUniform, Initializer.Zeros)
        .Dense(parameters, "dense2", units.Second, Activation.LeakyRelu(), Initializer.HeUniform, Initializer.Zeros);
}
