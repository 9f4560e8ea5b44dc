using System.Text.Json.Serialization;
using GanGpu.Data;
using GanGpu.Networks;
using GanGpu.Training;

namespace GanGpu.Presets;

/// <summary>A pair of networks that belong together. A preset is a value: it is written into checkpoints and compared by content.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(MlpPreset), "mlp")]
[JsonDerivedType(typeof(DcganPreset), "dcgan")]
[JsonDerivedType(typeof(WganGpPreset), "wgan-gp")]
[JsonDerivedType(typeof(CganPreset), "cgan")]
[JsonDerivedType(typeof(AcganPreset), "acgan")]
[JsonDerivedType(typeof(SganPreset), "sgan")]
[JsonDerivedType(typeof(SnganPreset), "sngan")]
[JsonDerivedType(typeof(WganPreset), "wgan")]
[JsonDerivedType(typeof(R3ganPreset), "r3gan")]
[JsonDerivedType(typeof(Toy2dPreset), "toy-2d")]
public abstract record Preset
{
    /// <summary>The article's GAN: two multilayer perceptrons. See <see cref="MlpPreset"/>.</summary>
    public static MlpPreset Mlp => new();

    /// <summary>The names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names => ["mlp", "dcgan", "cgan", "acgan", "sgan", "wgan", "wgan-gp", "sngan", "r3gan", "toy-2d"];

    /// <summary>Values in a latent vector.</summary>
    public abstract int LatentSize { get; init; }

    /// <summary>How its source trains it; no part of the preset's value.</summary>
    [JsonIgnore]
    public virtual TrainingOptions Recipe => new();

    /// <summary>What it does with the classes of samples; nothing unless it says otherwise.</summary>
    [JsonIgnore]
    public virtual ClassUse ClassUse => ClassUse.None;

    /// <summary>
    /// Classes that the networks know, where they know any; 0 for those of the data set, which <see cref="GanTrainer"/> then puts
    /// here.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Classes { get; init; }

    /// <summary>Whether the generator draws samples of a class that it is told.</summary>
    [JsonIgnore]
    public bool GeneratesClasses => ClassUse is ClassUse.Condition or ClassUse.Auxiliary;

    /// <summary>
    /// From latent vectors [n, <see cref="LatentSize"/>], and classes where it <see cref="GeneratesClasses"/>, to samples
    /// [n, sample.Length] in −1..1.
    /// </summary>
    public abstract Network Generator(SampleShape sample);

    /// <summary>
    /// From samples [n, length] to logits [n, 1]: σ of a logit is the probability that the sample is real. With an
    /// <see cref="ClassUse"/> it may be given classes, or have further results.
    /// </summary>
    /// <param name="sample">The size of a sample; with packing a row has several of them.</param>
    public abstract Network Discriminator(SampleShape sample);

    /// <summary>The preset of that name with its default settings.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static Preset Named(string name) => name switch
    {
        "mlp" => Mlp,
        "dcgan" => new DcganPreset(),
        "wgan-gp" => new WganGpPreset(),
        "cgan" => new CganPreset(),
        "acgan" => new AcganPreset(),
        "sgan" => new SganPreset(),
        "sngan" => new SnganPreset(),
        "wgan" => new WganPreset(),
        "r3gan" => new R3ganPreset(),
        "toy-2d" => new Toy2dPreset(),
        _ => throw new InvalidInputException($"There is no preset '{name}'; the presets are: {string.Join(", ", Names)}."),
    };

    /// <summary>Weights of the cross-entropy of classes in the discriminator's and in the generator's objective, beside the adversarial loss.</summary>
    internal virtual (float Discriminator, float Generator) ClassWeights => (1f, 1f);

    /// <summary>The preset for the classes of a data set, as a trainer takes it; itself where it does not learn from classes.</summary>
    /// <param name="data">What it is to be trained on.</param>
    /// <param name="options">How.</param>
    /// <exception cref="InvalidInputException">It learns from classes, and these data have none, or others than it knows, or samples are to be judged in packs.</exception>
    public Preset For(DataSet data, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        if (ClassUse == ClassUse.None)
            return this;
        if (data.Labels.IsEmpty)
        {
            throw new InvalidInputException(
                $"The preset learns from the classes of samples, and '{data.Name}' {data.WhyNoClasses ?? "has none; give a folder with a sub-folder for each class, or MNIST's files with their labels"}; or use another preset.");
        }

        if (options.Packing > 1)
            throw new InvalidInputException($"The preset looks at the class of each sample, so {options.Packing} can't be judged together as one.");
        int classes = data.Classes;
        if (Classes != 0 && Classes < classes)
            throw new InvalidInputException($"The preset knows {Classes} classes, and '{data.Name}' has {classes}.");
        return this with { Classes = Math.Max(Classes, classes) };
    }

    /// <summary>The class of each sample of a data set, −1 where the networks are not to know it.</summary>
    internal virtual int[] LabelsOf(DataSet data) => [.. data.Labels.ToArray()];
}
