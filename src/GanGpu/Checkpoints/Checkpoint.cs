using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Backends;
using GanGpu.Data;
using GanGpu.Networks;
using GanGpu.Presets;
using GanGpu.Training;

namespace GanGpu.Checkpoints;

/// <summary>
/// A training, saved: a safetensors file with weights and moments as tensors ("generator.dense1.weight",
/// "generator.dense1.weight.adam_m", "….adam_v", "….average" where one is kept) and the rest as metadata. Data order and noise are functions of the step,
/// so that the step is all that need be kept of them.
/// </summary>
internal sealed class Checkpoint(Preset preset, TrainingOptions options, SampleShape sample, int dataCount, long step)
{
    private const string FormatPrefix = "gangpu-checkpoint-", Format = FormatPrefix + "1", AverageSuffix = ".average", StateSuffix = ".state";

    private static readonly JsonSerializerOptions Json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly SafeTensors file = new();

    private Checkpoint(SafeTensors file, Preset preset, TrainingOptions options, SampleShape sample, int dataCount, long step)
        : this(preset, options, sample, dataCount, step) => this.file = file;

    public Preset Preset { get; } = preset;

    public TrainingOptions Options { get; } = options;

    public SampleShape Sample { get; } = sample;

    /// <summary>Samples in the data set: they decide the order of the data.</summary>
    public int DataCount { get; } = dataCount;

    /// <summary>Steps trained.</summary>
    public long Step { get; } = step;

    public void Put(string network, WeightArena weights, OptimizerState optimizer)
    {
        foreach ((string suffix, DeviceBuffer<float> buffer, IReadOnlyList<Parameter> tensors) in Arenas(weights, optimizer))
            Put(network, suffix, buffer, tensors);
    }

    /// <summary>Puts in weights and states alone, of a network that is not to be trained further.</summary>
    public void Put(string network, WeightArena weights)
    {
        Put(network, "", weights.Values, weights.Parameters.All);
        Put(network, StateSuffix, weights.States, weights.Parameters.States);
    }

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

    /// <summary>Copies what the generator draws samples with: the moving average of its weights, where one is kept.</summary>
    public void GetGenerator(WeightArena weights) => Get(
        "generator",
        [(Options.GeneratorOptimizer.Average is null ? "" : AverageSuffix, weights.Values, weights.Parameters.All), (StateSuffix, weights.States, weights.Parameters.States)]);

    /// <summary>Copies the discriminator's weights, without what only its training needs.</summary>
    public void GetDiscriminator(WeightArena weights)
    {
        if (DataCount == 0 && !file.Tensors.Any(tensor => tensor.Name.StartsWith("discriminator.", StringComparison.Ordinal)))
            throw new InvalidInputException("The checkpoint was imported without a discriminator.");
        Get("discriminator", [("", weights.Values, weights.Parameters.All), (StateSuffix, weights.States, weights.Parameters.States)]);
    }

    private void Get(string network, IEnumerable<(string Suffix, DeviceBuffer<float> Buffer, IReadOnlyList<Parameter> Tensors)> arenas)
    {
        List<string> faults = [];
        foreach ((string suffix, DeviceBuffer<float> buffer, IReadOnlyList<Parameter> tensors) in arenas)
        {
            float[] arena = new float[buffer.Length];
            foreach (Parameter parameter in tensors)
            {
                string name = $"{network}.{parameter.Tensor.Name}{suffix}";
                if (!file.TryGet(name, out Graph.Shape shape, out ReadOnlySpan<float> values))
                    faults.Add($"'{name}' of {parameter.Tensor.Shape} is missing");
                else if (shape != parameter.Tensor.Shape)
                    faults.Add($"'{name}' is {shape} instead of {parameter.Tensor.Shape}");
                else
                    values.CopyTo(arena.AsSpan(parameter.Offset));
            }

            if (faults.Count == 0)
                buffer.CopyFrom(arena);
        }

        if (faults.Count > 0)
            throw new InvalidInputException($"The checkpoint does not belong to its own preset: {string.Join("; ", faults)}. Use another checkpoint.");
    }

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
            file.Add($"{network}.{parameter.Tensor.Name}{suffix}", parameter.Tensor.Shape, arena.AsSpan(parameter.Offset, parameter.Tensor.Shape.Length).ToArray());
    }

    public void Write(string path)
    {
        file.Metadata["format"] = Format;
        file.Metadata["preset"] = JsonSerializer.Serialize(Preset, Json);
        file.Metadata["options"] = JsonSerializer.Serialize(Options, Json);
        file.Metadata["sample"] = JsonSerializer.Serialize(Sample, Json);
        file.Metadata["data_count"] = DataCount.ToString(CultureInfo.InvariantCulture);
        file.Metadata["step"] = Step.ToString(CultureInfo.InvariantCulture);
        AtomicFile.Write(path, file.Write);
    }

    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint of GanGpu.</exception>
    public static Checkpoint Read(string path)
    {
        ForeignWeights.Refuse(path);
        SafeTensors file = SafeTensors.Read(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format)
        {
            throw format?.StartsWith(FormatPrefix, StringComparison.Ordinal) == true
                ? new InvalidInputException($"'{path}' is a checkpoint of a newer GanGpu ({format}; this one reads {Format}): update GanGpu to use it.")
                : new InvalidInputException($"'{path}' is no checkpoint that this version can read: its format is '{format ?? "not given"}', not '{Format}'.");
        }

        try
        {
            return new Checkpoint(
                file,
                JsonSerializer.Deserialize<Preset>(file.Metadata["preset"], Json)!,
                JsonSerializer.Deserialize<TrainingOptions>(file.Metadata["options"], Json)!,
                JsonSerializer.Deserialize<SampleShape>(file.Metadata["sample"], Json),
                int.Parse(file.Metadata["data_count"], CultureInfo.InvariantCulture),
                long.Parse(file.Metadata["step"], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or OverflowException or NotSupportedException)
        {
            throw new InvalidInputException($"'{path}' is no usable checkpoint: its settings can't be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static IEnumerable<(string Suffix, DeviceBuffer<float> Buffer, IReadOnlyList<Parameter> Tensors)> Arenas(WeightArena weights, OptimizerState optimizer)
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
