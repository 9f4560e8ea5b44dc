using System.Text.Json.Serialization;
using GanGpu.Networks;

namespace GanGpu.Presets;

/// <summary>A preset of a program's own that is made of two functions, see <see cref="GanPreset.Create"/>.</summary>
internal sealed record FunctionsPreset : GanPreset
{
    private readonly Func<SampleFormat, Network> generator, discriminator;

    /// <param name="name">What its author calls it.</param>
    /// <param name="generator">Makes the generator.</param>
    /// <param name="discriminator">Makes the discriminator.</param>
    /// <param name="classUse">What it does with classes.</param>
    /// <param name="recipe">How it is trained.</param>
    public FunctionsPreset(
        string name, Func<SampleFormat, Network> generator, Func<SampleFormat, Network> discriminator,
        ClassUse classUse, TrainingOptions recipe)
    {
        Title = name;
        this.generator = generator;
        this.discriminator = discriminator;
        ClassUse = classUse;
        Recipe = recipe;
    }

    /// <inheritdoc/>
    public override int LatentSize { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override ClassUse ClassUse { get; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe { get; }

    /// <inheritdoc/>
    internal override string Title { get; }

    /// <inheritdoc/>
    private protected override bool IsOwn => true;

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => generator(sample);

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => discriminator(sample);
}
