using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GanGpu.Checkpoints;
using GanGpu.Data;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>
/// A training, saved: a safetensors file with weights and moments as tensors ("generator.dense1.weight",
/// "generator.dense1.weight.adam_m", "….adam_v", "….average" where one is kept) and the rest as metadata. Data order
/// and noise are functions of the step, so that the step is all that need be kept of them.
/// </summary>
internal sealed class Checkpoint(Preset preset, TrainingOptions options, SampleFormat sample, int dataCount, long step)
{
    private const string FormatPrefix = "gangpu-checkpoint-", Format = FormatPrefix + "1", AverageSuffix = ".average",
        StateSuffix = Parameters.StateSuffix, UpdatesPrefix = "updates.", FromName = "fine_tuned_from";

    /// <summary>What messages call a stream that a checkpoint was read from.</summary>
    internal const string StreamShown = "The stream";

    private readonly SafeTensors file = new();

    private Checkpoint(
        SafeTensors file, Preset preset, TrainingOptions options, SampleFormat sample, int dataCount, long step)
        : this(preset, options, sample, dataCount, step) => this.file = file;

    /// <summary>
    /// The networks; where they are a program's own, and it was not opened with them, what stands for them.
    /// </summary>
    public Preset Preset { get; } = preset;

    public TrainingOptions Options { get; } = options;

    public SampleFormat Sample { get; } = sample;

    /// <summary>Samples in the data set: they decide the order of the data.</summary>
    public int DataCount { get; } = dataCount;

    /// <summary>Steps trained.</summary>
    public long Step { get; } = step;

    /// <summary>Where the weights came from that the training began with; null where they were drawn.</summary>
    public string? FineTunedFrom
    {
        get => file.Metadata.GetValueOrDefault(FromName);
        init
        {
            if (value is not null)
                file.Metadata[FromName] = value;
        }
    }

    public void Put(string network, WeightArena weights, OptimizerState optimizer)
    {
        foreach (
            (string suffix, DeviceBuffer<float> buffer, IReadOnlyList<Parameter> tensors) in Arenas(weights, optimizer))
            Put(network, suffix, buffer, tensors);
    }

    /// <summary>Puts in weights and states alone, of a network that is not to be trained further.</summary>
    public void Put(string network, WeightArena weights)
    {
        Put(network, "", weights.Values, weights.Parameters.All);
        Put(network, StateSuffix, weights.States, weights.Parameters.States);
    }

    /// <summary>Keeps how often a network was updated, where it is not as often as its steps say.</summary>
    public void PutUpdates(string network, long updates) =>
        file.Metadata[UpdatesPrefix + network] = updates.ToString(CultureInfo.InvariantCulture);

    /// <summary>How often a network was updated, where it was updated apart; null where its steps say so.</summary>
    public long? UpdatesOf(string network) => file.Metadata.TryGetValue(UpdatesPrefix + network, out string? updates)
        ? long.Parse(updates, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>Copies a network's state to the device.</summary>
    /// <param name="network">Which network.</param>
    /// <param name="weights">Receives weights and states.</param>
    /// <param name="optimizer">Receives moments and the count of updates.</param>
    /// <param name="batches">How many batches the network has learnt from.</param>
    public void Get(string network, WeightArena weights, OptimizerState optimizer, long batches)
    {
        Get(network, Arenas(weights, optimizer));
        optimizer.Step.CopyFrom([checked((uint)(batches + 1))]);
    }

    /// <summary>
    /// Copies what the generator draws samples with: the moving average of its weights, where one is kept.
    /// </summary>
    public void GetGenerator(WeightArena weights) => Get(
        "generator",
        [(Options.GeneratorOptimizer.Average is null ? "" : AverageSuffix, weights.Values, weights.Parameters.All),
            (StateSuffix, weights.States, weights.Parameters.States)]);

    /// <summary>Copies a network's weights as they were trained, without what only training needs.</summary>
    /// <exception cref="InvalidInputException">The checkpoint was imported without this network.</exception>
    public void Get(string network, WeightArena weights)
    {
        if (!Has(network))
            throw new InvalidInputException($"The checkpoint was imported without a {network}.");
        Get(network,
            [("", weights.Values, weights.Parameters.All), (StateSuffix, weights.States, weights.Parameters.States)]);
    }

    /// <summary>
    /// Copies what another training of such networks begins with: the moving average of a network's weights, where one
    /// is kept, as samples are drawn with it, and its states.
    /// </summary>
    /// <returns>Whether the checkpoint has the network: imported weights may be of a generator alone.</returns>
    /// <exception cref="InvalidInputException">The network has tensors of other shapes here.</exception>
    public bool Begin(string network, WeightArena weights)
    {
        if (!Has(network))
            return false;
        IReadOnlyList<Parameter> all = weights.Parameters.All, states = weights.Parameters.States;
        bool averaged =
            all.Count > 0 && file.TryGet($"{network}.{all[0].Tensor.Name}{AverageSuffix}", out _, out _);
        Get(network, [(averaged ? AverageSuffix : "", weights.Values, all), (StateSuffix, weights.States, states)],
            "The weights do not fit the networks that are to be trained",
            "Leave options as they were that change a network's shape, such as Packing", lossWeights: false);
        return true;
    }

    private void Get(
        string network,
        IEnumerable<(string Suffix, DeviceBuffer<float> Buffer, IReadOnlyList<Parameter> Tensors)> arenas,
        string complaint = "The checkpoint does not belong to its own preset", string remedy = "Use another checkpoint",
        bool lossWeights = true)
    {
        List<string> faults = [];
        foreach ((string suffix, DeviceBuffer<float> buffer, IReadOnlyList<Parameter> tensors) in arenas)
        {
            float[] arena = new float[buffer.Length];
            buffer.CopyTo(arena);
            foreach (Parameter parameter in tensors)
            {
                string name = $"{network}.{parameter.Tensor.Name}{suffix}";
                // A loss may be new to the training, and then begins with the weights that it states.
                if (LossTerms.IsWeight(parameter.Tensor.Name) && (!lossWeights || !file.TryGet(name, out _, out _)))
                    continue;
                if (Fault(name, parameter.Tensor.Shape) is { } fault)
                    faults.Add(fault);
                else if (file.TryGet(name, out _, out ReadOnlySpan<float> values))
                    values.CopyTo(arena.AsSpan(parameter.Offset));
            }

            if (faults.Count == 0)
                buffer.CopyFrom(arena);
        }

        if (faults.Count > 0)
            throw new InvalidInputException($"{complaint}: {Shown.List(faults)}. {remedy}.");
    }

    /// <summary>Imported weights may be of a generator alone.</summary>
    private bool Has(string network) => DataCount != 0 || network == "generator"
        || file.Tensors.Any(tensor => tensor.Name.StartsWith(network + ".", StringComparison.Ordinal));

    /// <summary>The first tensor that has a number that is not finite; null where there is none.</summary>
    public string? FirstNotFinite()
    {
        foreach ((string name, float[] values) in file.Tensors)
        {
            if (!Array.TrueForAll(values, float.IsFinite))
                return name;
        }

        return null;
    }

    private void Put(string network, string suffix, DeviceBuffer<float> buffer, IReadOnlyList<Parameter> tensors)
    {
        float[] arena = new float[buffer.Length];
        buffer.CopyTo(arena);
        foreach (Parameter parameter in tensors)
            file.Add(
                $"{network}.{parameter.Tensor.Name}{suffix}", parameter.Tensor.Shape,
                arena.AsSpan(parameter.Offset, parameter.Tensor.Shape.Length).ToArray());
    }

    public void Write(string path) => AtomicFile.WriteWithFolders(path, Write);

    /// <summary>Writes it to a stream, which stays open and need not be seekable.</summary>
    public void Write(Stream stream)
    {
        file.Metadata["format"] = Format;
        file.Metadata["preset"] = JsonSerializer.Serialize(Preset.Stored, CheckpointJson.Named.Preset);
        file.Metadata["options"] = JsonSerializer.Serialize(Options, CheckpointJson.Named.TrainingOptions);
        file.Metadata["sample"] = JsonSerializer.Serialize(Sample, CheckpointJson.Named.SampleFormat);
        file.Metadata["data_count"] = DataCount.ToString(CultureInfo.InvariantCulture);
        file.Metadata["step"] = Step.ToString(CultureInfo.InvariantCulture);
        file.Write(stream);
    }

    /// <summary>
    /// Reads a file. All that it says is held against its range, and the networks that it claims to hold against the
    /// tensors that it has, before anything is made of them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint of GanGpu.</exception>
    public static Checkpoint Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string shown = $"'{path}'";
        return Of(SafeTensors.Read(path, header => ForeignWeights.Refuse(header, shown)), shown);
    }

    /// <summary>As <see cref="Read(string)"/>, from where a stream stands to its end; it stays open, and need not be
    /// seekable.</summary>
    public static Checkpoint Read(Stream stream) =>
        Of(SafeTensors.Read(stream, header => ForeignWeights.Refuse(header, StreamShown)), StreamShown);

    private static Checkpoint Of(SafeTensors file, string source)
    {
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format)
        {
            string shown = Shown.Text(format ?? "not given");
            throw format?.StartsWith(FormatPrefix, StringComparison.Ordinal) == true
                ? new InvalidInputException(
                    $"{source} is a checkpoint of a newer GanGpu ({shown}; this one reads {Format}): update GanGpu " +
                    "to use it.")
                : new InvalidInputException(
                    $"{source} is no checkpoint that this version can read: its format is '{shown}', not '{Format}'.");
        }

        try
        {
            Checkpoint checkpoint = new(
                file,
                CheckpointJson.ReadPreset(Settings("preset")),
                CheckpointJson.ReadOptions(Settings("options")),
                (Settings("sample") as JsonObject)?.Deserialize(CheckpointJson.Named.SampleFormat)
                    ?? throw new JsonException("the sample is no object"),
                int.Parse(file.Metadata["data_count"], NumberStyles.None, CultureInfo.InvariantCulture),
                long.Parse(file.Metadata["step"], NumberStyles.None, CultureInfo.InvariantCulture));
            checkpoint.Validate();
            if (checkpoint.Preset is not OwnPreset)
                checkpoint.CheckNetworks();
            return checkpoint;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or FormatException or OverflowException
                or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidInputException(
                $"{source} is no usable checkpoint: its settings can't be read ({Shown.Clause(e.Message)}).", e);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(
                $"{source} is no usable checkpoint: {Shown.Clause(e.Message)}. Use another checkpoint.", e);
        }

        JsonNode? Settings(string name) => CheckpointJson.Parse(Encoding.UTF8.GetBytes(file.Metadata[name]));
    }

    /// <summary>Reads a file whose networks are wanted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preset">The networks, where they are a program's own; null for those that the file names.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged, no checkpoint of GanGpu, or one of other
    /// networks.</exception>
    public static Checkpoint Open(string path, Preset? preset = null) => Opened(Read(path), $"'{path}'", preset);

    /// <summary>As <see cref="Open(string, Preset?)"/>, from a stream, see <see cref="Read(Stream)"/>.</summary>
    public static Checkpoint Open(Stream stream, Preset? preset = null) => Opened(Read(stream), StreamShown, preset);

    private static Checkpoint Opened(Checkpoint read, string source, Preset? preset)
    {
        if (preset is null)
            return read.Preset is OwnPreset own ? throw own.Unknown(source) : read;
        if (preset.LatentSize != read.Preset.LatentSize)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{source} is of networks with latent vectors of {read.Preset.LatentSize} values, and the preset " +
                    $"has {preset.LatentSize}."));
        if (preset.Classes == 0)
            preset = preset with { Classes = read.Preset.Classes };
        preset.Validate();
        Checkpoint opened = new(read.file, preset, read.Options, read.Sample, read.DataCount, read.Step);
        try
        {
            opened.CheckNetworks();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(
                $"{source} does not fit the preset {preset.Title}: {Shown.Clause(e.Message)}.", e);
        }

        return opened;
    }

    private void Validate()
    {
        Preset.Validate();
        Sample.Validate();
        Options.Validate(DataCount == 0 ? int.MaxValue : DataCount);
        if (Preset is { ClassUse: not ClassUse.None, Classes: < 1 })
            throw new InvalidInputException("Its networks know classes, but it does not say how many.");
        if (Step > uint.MaxValue / (Options.DiscriminatorSteps * Options.AccumulatedBatches))
            throw new InvalidInputException(FormattableString.Invariant($"No training has {Step} steps."));
        foreach (string name in file.Metadata.Keys.Where(name => name.StartsWith(UpdatesPrefix, StringComparison.Ordinal)))
        {
            if (UpdatesOf(name[UpdatesPrefix.Length..]) is { } updates
                && updates > uint.MaxValue / Options.AccumulatedBatches)
                throw new InvalidInputException(FormattableString.Invariant($"No network has {updates} updates."));
        }
    }

    /// <summary>
    /// Describes all networks, which computes nothing and takes no memory, and holds their tensors against the file's.
    /// </summary>
    private void CheckNetworks()
    {
        List<string> faults = [];
        try
        {
            foreach (DescribedNetwork network in Preset.Describe(Sample, Options).Where(network => Has(network.Name)))
                Compare(network.Name, network.Parameters);
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            throw new InvalidInputException($"Networks can't be of these sizes ({Shown.Clause(e.Message)}).", e);
        }

        if (faults.Count > 0)
            throw new InvalidInputException($"Its tensors are not those of its preset: {Shown.List(faults)}.");

        void Compare(string network, Parameters parameters)
        {
            foreach (
                (string suffix, IReadOnlyList<Parameter> tensors) in new[] {
                    ("", parameters.All), (StateSuffix, parameters.States) })
                faults.AddRange(
                    tensors.Select(tensor => Fault($"{network}.{tensor.Tensor.Name}{suffix}", tensor.Tensor.Shape))
                    .OfType<string>());
        }
    }

    /// <summary>What is wrong with a tensor that a network needs; null where nothing is.</summary>
    private string? Fault(string name, Shape shape) =>
        !file.TryGet(name, out Shape found, out _) ? $"'{name}' of {shape} is missing" : found != shape
            ? $"'{name}' is {found} instead of {shape}" : null;

    private static IEnumerable<(string Suffix, DeviceBuffer<float> Buffer, IReadOnlyList<Parameter> Tensors)> Arenas(
        WeightArena weights, OptimizerState optimizer)
    {
        IReadOnlyList<Parameter> all = weights.Parameters.All;
        yield return ("", weights.Values, all);
        yield return (StateSuffix, weights.States, weights.Parameters.States);
        foreach ((string name, DeviceBuffer<float> values) in optimizer.Moments)
            yield return ("." + name, values, all);
        if (optimizer.Average is { } average)
            yield return (AverageSuffix, average.Values, all);
    }
}
