using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GanGpu.Measures;

namespace GanGpu.Cli.Views;

/// <summary>An evaluation as JSON: an object for each measurement, under its measure's name.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static JsonObject Of(Evaluation evaluation)
    {
        JsonObject json = new() { ["data"] = evaluation.Data, ["held_out"] = evaluation.HeldOut };
        foreach (Measurement found in evaluation.Measurements)
            json[found.Measure] = JsonSerializer.SerializeToNode(found, found.GetType(), Options);
        return json;
    }
}
