using System.Text.Json.Serialization;
using GanGpu.Networks;
using GanGpu.Training;

namespace GanGpu.Presets;

/// <summary>A pair of networks that belong together. A preset is a value: it is written into checkpoints and compared by content.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(MlpPreset), "mlp")]
[JsonDerivedType(typeof(DcganPreset), "dcgan")]
[JsonDerivedType(typeof(WganGpPreset), "wgan-gp")]
[JsonDerivedType(typeof(Toy2dPreset), "toy-2d")]
public abstract record Preset
{
    /// <summary>The article's GAN: two multilayer perceptrons. See <see cref="MlpPreset"/>.</summary>
    public static MlpPreset Mlp => new();

    /// <summary>The names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names => ["mlp", "dcgan", "wgan-gp", "toy-2d"];

    /// <summary>Values in a latent vector.</summary>
    public abstract int LatentSize { get; init; }

    /// <summary>How its source trains it; no part of the preset's value.</summary>
    [JsonIgnore]
    public virtual TrainingOptions Recipe => new();

    /// <summary>From latent vectors [n, <see cref="LatentSize"/>] to samples [n, sample.Length] in −1..1.</summary>
    public abstract Network Generator(SampleShape sample);

    /// <summary>From samples [n, length] to logits [n, 1]: σ of a logit is the probability that the sample is real.</summary>
    /// <param name="sample">The size of a sample; with packing a row has several of them.</param>
    public abstract Network Discriminator(SampleShape sample);

    /// <summary>The preset of that name with its default settings.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static Preset Named(string name) => name switch
    {
        "mlp" => Mlp,
        "dcgan" => new DcganPreset(),
        "wgan-gp" => new WganGpPreset(),
        "toy-2d" => new Toy2dPreset(),
        _ => throw new InvalidInputException($"There is no preset '{name}'; the presets are: {string.Join(", ", Names)}."),
    };
}
