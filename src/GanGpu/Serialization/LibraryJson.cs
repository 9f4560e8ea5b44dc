using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Random;
using GanGpu.Losses;
using GanGpu.Metrics;
using GanGpu.Networks;
using GanGpu.Presets;
using GanGpu.Reports;
using GanGpu.Training;

namespace GanGpu.Serialization;

/// <summary>
/// How the library's types stand in JSON, known when it is compiled: a program that is trimmed, compiled ahead of time
/// or run as a single source file has no reflection to find that out.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Preset))]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(SampleShape))]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(RunMetrics.Line))]
[JsonSerializable(typeof(RunReport.Page))]
[JsonSerializable(typeof(ClassifierOptions))]
internal sealed partial class LibraryJson : JsonSerializerContext
{
    /// <summary>Of checkpoints and files of weights: names as in C#.</summary>
    public static LibraryJson Checkpoints { get; } = new(
        WithEnums(
            null, new()
            {
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
                RespectNullableAnnotations = true
            }));

    /// <summary>Of settings.json.</summary>
    public static LibraryJson Runs { get; } = new(WithEnums(JsonNamingPolicy.KebabCaseLower, new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    }));

    /// <summary>Of metrics.jsonl.</summary>
    public static LibraryJson Figures { get; } = new(WithEnums(JsonNamingPolicy.KebabCaseLower, new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    }));

    /// <summary>
    /// Of report.html. The default encoder writes &lt;, &gt;, &amp; and quotes as \u003C and so on, so that no text can
    /// end the script element that it stands in.
    /// </summary>
    public static LibraryJson Pages { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    });

    /// <summary>A preset; what the text leaves out is as the preset has it by default.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public Preset ReadPreset(JsonNode? text)
    {
        if (text is not JsonObject members || members["name"] is not JsonValue value
            || !value.TryGetValue(out string? name))
            throw new JsonException("the preset has no name");
        Preset defaults = name == Presets.OwnPreset.Name ? new OwnPreset() : Presets.Preset.Names.Contains(name)
            ? Presets.Preset.Named(name)
            : throw new JsonException($"there is no preset '{Shown.Text(name)}'");
        return Read(members, defaults, Preset);
    }

    /// <summary>
    /// Options of a training; what the text leaves out, as that of an earlier version may, is as it is by default.
    /// </summary>
    /// <exception cref="JsonException">They are none.</exception>
    public TrainingOptions ReadOptions(JsonNode? text) =>
        Read(text as JsonObject
            ?? throw new JsonException("the options are no object"), new TrainingOptions(), TrainingOptions);

    /// <summary>A run's settings.</summary>
    /// <exception cref="JsonException">They are none.</exception>
    public RunSettings ReadSettings(ReadOnlySpan<byte> text)
    {
        JsonObject members = Parse(text) as JsonObject ?? throw new JsonException("it is no object");
        // What is missing here is told by the reader, which knows what a run must have.
        foreach ((string name, Func<JsonNode?, JsonNode?> whole) in new (string, Func<JsonNode?, JsonNode?>)[]
        {
            ("preset", preset => JsonSerializer.SerializeToNode(ReadPreset(preset), Preset)),
            ("options", options => JsonSerializer.SerializeToNode(ReadOptions(options), TrainingOptions)),
        })
        {
            if (members.TryGetPropertyValue(name, out JsonNode? part))
                members[name] = whole(part);
        }

        return members.Deserialize(RunSettings) ?? throw new JsonException("it is empty");
    }

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
                && name.Equals(nameof(Training.TrainingOptions.Penalty), StringComparison.OrdinalIgnoreCase))
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

    private static JsonSerializerOptions WithEnums(JsonNamingPolicy? naming, JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter<AdversarialLossKind>(naming));
        options.Converters.Add(new JsonStringEnumConverter<Augmentation>(naming));
        options.Converters.Add(new JsonStringEnumConverter<ClassUse>(naming));
        options.Converters.Add(new JsonStringEnumConverter<Diagnosis>(naming));
        options.Converters.Add(new JsonStringEnumConverter<InitializerKind>(naming));
        options.Converters.Add(new JsonStringEnumConverter<MatrixPrecision>(naming));
        options.Converters.Add(new JsonStringEnumConverter<NoiseDistribution>(naming));
        return options;
    }
}
