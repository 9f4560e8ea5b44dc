using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GanGpu.Presets;

namespace GanGpu.Runs;

/// <summary>
/// How what a run keeps stands in JSON, known when it is compiled: a program that is trimmed, compiled ahead of time
/// or run as a single source file has no reflection to find that out.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Preset))]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(RunMetrics.Line))]
[JsonSerializable(typeof(float))]
[JsonSerializable(typeof(RunReport.Page))]
[JsonSerializable(typeof(SeedsFile))]
internal sealed partial class RunJson : JsonSerializerContext
{
    /// <summary>Of settings.json.</summary>
    public static RunJson Runs { get; } = new(WithEnums(JsonNamingPolicy.KebabCaseLower, new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    }));

    /// <summary>Of metrics.jsonl.</summary>
    public static RunJson Figures { get; } = new(WithEnums(JsonNamingPolicy.KebabCaseLower, new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    }));

    /// <summary>Of seeds.json.</summary>
    public static RunJson Seeds { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    });

    /// <summary>
    /// Of report.html. The default encoder writes &lt;, &gt;, &amp; and quotes as \u003C and so on, so that no text can
    /// end the script element that it stands in.
    /// </summary>
    public static RunJson Pages { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    });

    /// <summary>A run's settings.</summary>
    /// <exception cref="JsonException">They are none.</exception>
    public RunSettings ReadSettings(ReadOnlySpan<byte> text)
    {
        JsonObject members = CheckpointJson.Parse(text) as JsonObject ?? throw new JsonException("it is no object");
        // What is missing here is told by the reader, which knows what a run must have.
        foreach ((string name, Func<JsonNode?, JsonNode?> whole) in new (string, Func<JsonNode?, JsonNode?>)[]
        {
            ("preset", preset => JsonSerializer.SerializeToNode(CheckpointJson.ReadPreset(preset, Preset), Preset)),
            ("options", options =>
                JsonSerializer.SerializeToNode(CheckpointJson.ReadOptions(options, TrainingOptions), TrainingOptions)),
        })
        {
            if (members.TryGetPropertyValue(name, out JsonNode? part))
                members[name] = whole(part);
        }

        return members.Deserialize(RunSettings) ?? throw new JsonException("it is empty");
    }

    private static JsonSerializerOptions WithEnums(JsonNamingPolicy? naming, JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter<Diagnosis>(naming));
        return CheckpointJson.WithEnums(naming, options);
    }
}
