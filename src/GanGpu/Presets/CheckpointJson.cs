using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GanGpu.Networks;

namespace GanGpu.Presets;

/// <summary>
/// How presets and options stand in JSON, as checkpoints and files of weights have them, known when it is compiled: a
/// program that is trimmed, compiled ahead of time
/// or run as a single source file has no reflection to find that out.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Preset))]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(SampleFormat))]
internal sealed partial class CheckpointJson : JsonSerializerContext
{
    /// <summary>Names as in C#.</summary>
    public static CheckpointJson Named { get; } = new(
        WithEnums(
            null, new()
            {
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
                RespectNullableAnnotations = true
            }));

    private static readonly string[] Derived = [nameof(GanGpu.Preset.Recipe), nameof(GanPreset.ClassUse)];

    /// <summary>A preset, as a checkpoint has it.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Preset ReadPreset(JsonNode? text) => ReadPreset(text, Named.Preset);

    /// <summary>Options of a training, as a checkpoint has them.</summary>
    /// <exception cref="JsonException">They are none.</exception>
    public static TrainingOptions ReadOptions(JsonNode? text) => ReadOptions(text, Named.TrainingOptions);

    /// <summary>A preset; what the text leaves out is as the preset has it by default.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Preset ReadPreset(JsonNode? text, JsonTypeInfo<Preset> type)
    {
        if (text is not JsonObject members || members["name"] is not JsonValue value
            || !value.TryGetValue(out string? name))
            throw new JsonException("the preset has no name");
        Preset defaults = name == Presets.OwnPreset.Name ? new OwnPreset() : GanGpu.Preset.Names.Contains(name)
            ? GanGpu.Preset.Named(name)
            : throw new JsonException($"there is no preset '{Shown.Text(name)}'");
        // Files of earlier versions say what follows from the preset as well.
        JsonObject own = new(members.Where(member =>
            !Derived.Contains(member.Key.Replace("_", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase))
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        return Read(own, defaults, type);
    }

    /// <summary>
    /// Options of a training; what the text leaves out, as that of an earlier version may, is as it is by default.
    /// </summary>
    /// <exception cref="JsonException">They are none.</exception>
    public static TrainingOptions ReadOptions(JsonNode? text, JsonTypeInfo<TrainingOptions> type) =>
        Read(text as JsonObject ?? throw new JsonException("the options are no object"), new TrainingOptions(), type);

    /// <summary>A text as it stands.</summary>
    /// <exception cref="JsonException">It is no JSON, or has a name twice.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> text) =>
        JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });

    /// <summary>
    /// Compiled metadata give a property that can be set at the beginning only, and that a text leaves out, the value
    /// 0, whatever the type has for it; so the text is laid over the whole of the defaults.
    /// </summary>
    private static T Read<T>(JsonObject text, T defaults, JsonTypeInfo<T> type)
    {
        JsonObject whole = JsonSerializer.SerializeToNode(defaults, type)!.AsObject();
        foreach ((string name, JsonNode? value) in text)
        {
            if (value is JsonObject part && whole[name] is JsonObject below
                && name.Equals(nameof(GanGpu.TrainingOptions.Penalty), StringComparison.OrdinalIgnoreCase))
            {
                foreach ((string inner, JsonNode? innerValue) in part)
                    below[inner] = innerValue?.DeepClone();
            }
            else
            {
                whole[name] = value?.DeepClone();
            }
        }

        return whole.Deserialize(type) ?? throw new JsonException("it is empty");
    }

    /// <summary>Options with the names of all values of enumerations.</summary>
    public static JsonSerializerOptions WithEnums(JsonNamingPolicy? naming, JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter<AdversarialLossKind>(naming));
        options.Converters.Add(new JsonStringEnumConverter<Augmentation>(naming));
        options.Converters.Add(new JsonStringEnumConverter<InitializerKind>(naming));
        options.Converters.Add(new JsonStringEnumConverter<MatrixPrecision>(naming));
        options.Converters.Add(new JsonStringEnumConverter<NoiseDistribution>(naming));
        return options;
    }
}
