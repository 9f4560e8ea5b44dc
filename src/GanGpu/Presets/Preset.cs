using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Presets;

namespace GanGpu;

/// <summary>
/// Networks that belong together, of which one is a generator. A preset is a value: it is written into checkpoints and
/// compared by content.
/// </summary>
/// <remarks>
/// A program may have presets of its own, records that derive from <see cref="GanPreset"/>. Of those a checkpoint keeps the type's
/// name, the latent size and the classes alone, since networks are code: give the preset again to
/// <c>Generator.Load</c> and
/// <c>GanTrainer.Resume</c>.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(QuickPreset), "quick")]
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
[JsonDerivedType(typeof(VaePreset), "vae")]
[JsonDerivedType(typeof(OwnPreset), OwnPreset.Name)]
public abstract record Preset
{
    /// <summary>
    /// Layers, units, channels and classes beyond these make no network that can be trained; a file that claims more is
    /// not held against anything.
    /// </summary>
    private protected const int MostLayers = 1000, MostUnits = 1 << 20, MostChannels = 1 << 16;

    /// <summary>The article's GAN: two multilayer perceptrons. See <see cref="MlpPreset"/>.</summary>
    public static MlpPreset Mlp => new();

    /// <summary>The names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names =>
        ["quick", "mlp", "dcgan", "cgan", "acgan", "sgan", "wgan", "wgan-gp", "sngan", "r3gan", "toy-2d", "vae"];

    /// <summary>Values in a latent vector.</summary>
    public abstract int LatentSize { get; init; }

    /// <summary>How its source trains it; no part of the preset's value.</summary>
    [JsonIgnore]
    public virtual TrainingOptions Recipe => new();

    /// <summary>Passes over the data set that a run takes unless told.</summary>
    internal virtual int Epochs => 80;

    /// <summary>Times that a run draws samples unless told.</summary>
    internal virtual int Grids => 10;

    /// <summary>The built-in data that such networks are for, to measure them on.</summary>
    internal virtual string UsualData => "digits";

    /// <summary>What it does with the classes of samples; nothing unless it says otherwise.</summary>
    [JsonIgnore]
    public virtual ClassUse ClassUse => ClassUse.None;

    /// <summary>
    /// Classes that the networks know, where they know any; 0 for those of the data set, which <c>GanTrainer</c>
    /// then puts here.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Classes { get; init; }

    /// <summary>Whether the generator draws samples of a class that it is told.</summary>
    [JsonIgnore]
    public bool GeneratesClasses => ClassUse is ClassUse.Condition or ClassUse.Auxiliary;

    /// <summary>
    /// From latent vectors [n, <see cref="LatentSize"/>], and classes where it <see cref="GeneratesClasses"/>, to
    /// samples [n, sample.Length] in −1..1.
    /// </summary>
    /// <param name="sample">The size of a sample.</param>
    public abstract Network Generator(SampleFormat sample);

    /// <summary>The preset of that name with its default settings.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static Preset Named(string name) => name switch
    {
        "quick" => new QuickPreset(),
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
        "vae" => new VaePreset(),
        _ => throw new InvalidInputException(
            $"There is no preset '{name}'; the presets are: {string.Join(", ", Names)}."),
    };

    /// <summary>
    /// The preset for the classes of a data set, as a trainer takes it; itself where it does not learn from classes.
    /// </summary>
    /// <param name="data">What it is to be trained on.</param>
    /// <param name="options">How.</param>
    /// <exception cref="InvalidInputException">A setting is out of its range; or it learns from classes, and these data
    /// have none, or others than it knows, or samples are to be judged in packs.</exception>
    public Preset For(DataSet data, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        Validate();
        return Fitting(data, options).WithClassesOf(data, options);
    }

    /// <summary>Makes whatever a preset leaves to the data.</summary>
    internal virtual Preset Fitting(DataSet data, TrainingOptions options) => this;

    /// <summary>What it trains.</summary>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="options">How.</param>
    /// <exception cref="InvalidInputException">An option does not fit this kind of preset.</exception>
    internal abstract IObjective Objective(SampleFormat sample, TrainingOptions options);

    /// <summary>
    /// Describes each network as it is applied outside of training, which makes its parameters known; nothing is
    /// computed.
    /// </summary>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="options">How it is trained.</param>
    /// <returns>By the networks' names; the generator first.</returns>
    internal virtual IReadOnlyList<DescribedNetwork> Describe(SampleFormat sample, TrainingOptions options)
    {
        Parameters generator = new() { Training = false };
        Draw(sample, generator, rows: 1);
        return [new("generator", generator)];
    }

    private Preset WithClassesOf(DataSet data, TrainingOptions options)
    {
        if (ClassUse == ClassUse.None)
            return this;
        if (data.Labels.IsEmpty)
        {
            string why = data.WhyNoClasses
                ?? "has none; give a folder with a sub-folder for each class, or MNIST's files with their labels";
            throw new InvalidInputException(
                $"The preset learns from the classes of samples, and '{data.Name}' {why}; or use another preset.");
        }

        if (options.Packing > 1)
            throw new InvalidInputException(
                $"The preset looks at the class of each sample, so {options.Packing} can't be judged together as one.");
        int classes = data.Classes;
        if (Classes != 0 && Classes < classes)
            throw new InvalidInputException($"The preset knows {Classes} classes, and '{data.Name}' has {classes}.");
        return this with { Classes = Math.Max(Classes, classes) };
    }

    /// <summary>Holds every setting against its range, before anything is made of it.</summary>
    /// <exception cref="InvalidInputException">One is out of it.</exception>
    internal virtual void Validate()
    {
        CheckRange(nameof(LatentSize), LatentSize, 1, MostUnits);
        CheckRange(nameof(Classes), Classes, 0, MostUnits);
    }

    /// <summary>What files keep of it: itself, or what stands for a preset that is not of this library.</summary>
    internal Preset Stored => IsOwn ? new OwnPreset
    {
        Type = Title,
        LatentSize = LatentSize,
        Classes = Classes,
    } : this;

    /// <summary>
    /// Its name and what it has other than by default, such as "dcgan (BaseChannels 32)"; of a program's own the type's
    /// name.
    /// </summary>
    internal string Summary
    {
        get
        {
            if (Stored is OwnPreset own)
                return own.Type;
            JsonObject here = JsonSerializer.SerializeToNode(this, CheckpointJson.Named.Preset)!.AsObject();
            string name = here["name"]!.GetValue<string>();
            JsonObject there = JsonSerializer.SerializeToNode(Named(name), CheckpointJson.Named.Preset)!.AsObject();
            string[] others =
            [
                .. here.Where(member => !JsonNode.DeepEquals(member.Value, there[member.Key]))
                    .Select(member =>
                        $"{member.Key} {member.Value?.ToJsonString().Replace("\"", "", StringComparison.Ordinal)}"),
            ];
            return others.Length == 0 ? name : $"{name} ({string.Join(", ", others)})";
        }
    }

    /// <summary>
    /// Describes the generator as it draws samples, which makes its parameters known; nothing is computed.
    /// </summary>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="rows">Samples at once.</param>
    /// <param name="weighted">Whether a weight of each class is given for each sample, rather than a class.</param>
    internal (Tensor Latent, Tensor? Given, Tensor Samples) Draw(
        SampleFormat sample, Parameters parameters, int rows, bool weighted = false)
    {
        Tensor latent = new("latent", new Shape(rows, LatentSize));
        if (!GeneratesClasses)
            return (latent, null, Generate(sample, parameters, latent, classes: null));
        Tensor given = new("classes", new Shape(rows, weighted ? Classes : 1));
        return (latent, given,
            Generate(sample, parameters, latent, weighted ? given : new OneHot(given, Classes).Output));
    }

    /// <summary>Applies the generator.</summary>
    /// <exception cref="InvalidInputException">Its result is no sample of the size.</exception>
    internal Tensor Generate(SampleFormat sample, Parameters parameters, Tensor latent, Tensor? classes)
    {
        Tensor samples = Applied(Generator(sample), parameters, latent, classes, nameof(Generator));
        return samples.Shape == new Shape(latent.Shape.Rows, sample.Length) ? samples
            : throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
            $"The generator makes {samples.Shape.Columns} values, a sample of {sample} has {sample.Length}; correct " +
            $"{nameof(Generator)} of {Title}{Rows(samples, latent)}."));
    }

    /// <summary>The class of each sample of a data set, −1 where the networks are not to know it.</summary>
    internal virtual int[] LabelsOf(DataSet data) => [.. data.Labels.ToArray()];

    /// <summary>Its settings; the recipe and what follows from the type are left out.</summary>
    /// <param name="builder">Receives them.</param>
    /// <returns>Whether there are any.</returns>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(LatentSize)} = {LatentSize}");
        if (Classes != 0)
            builder.Append(CultureInfo.InvariantCulture, $", {nameof(Classes)} = {Classes}");
        return true;
    }

    /// <exception cref="InvalidInputException">A number is out of its range.</exception>
    private protected void CheckRange(string name, int value, int least, int most)
    {
        if (value < least || value > most)
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"{name} of the preset {Title} can be {least} to {most}, not {value}."));
    }

    /// <exception cref="InvalidInputException">A layer has no units, or too many.</exception>
    private protected void CheckUnits(string name, HiddenUnits units)
    {
        CheckRange($"{name}.{nameof(HiddenUnits.First)}", units.First, 1, MostUnits);
        CheckRange($"{name}.{nameof(HiddenUnits.Second)}", units.Second, 1, MostUnits);
    }

    /// <exception cref="InvalidInputException">A number is negative or not finite.</exception>
    private protected void CheckWeight(string name, float value)
    {
        if (!(value >= 0) || !float.IsFinite(value))
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"{name} of the preset {Title} must be a finite number of at least 0, not {value}."));
    }

    /// <summary>What its author calls it: its type, unless it was given a name.</summary>
    internal virtual string Title => GetType().Name;

    /// <summary>Not from this library, so that its networks are code which no file brings along.</summary>
    private protected virtual bool IsOwn => GetType().Assembly != typeof(Preset).Assembly;

    private protected Tensor Applied(Network? network, Parameters parameters, Tensor input, Tensor? classes, string which) =>
        (network ?? throw new InvalidInputException($"{which} of {Title} returned null, and no network."))(
            parameters, input, classes)
        ?? throw new InvalidInputException(
            $"The network that {which} of {Title} returned gave null, and no tensor.");

    private protected static string Rows(Tensor result, Tensor input) => result.Shape.Rows == input.Shape.Rows ? ""
        : FormattableString.Invariant($", whose result also has {result.Shape.Rows} rows for {input.Shape.Rows}");
}

/// <summary>A network of a preset, described on symbolic tensors.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record DescribedNetwork(string Name, Parameters Parameters);
