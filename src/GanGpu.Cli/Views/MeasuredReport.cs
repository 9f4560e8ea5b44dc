using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GanGpu.Cli.Views;

/// <summary>
/// What measurements in JSON begin with: on what machine, when, and by which version they were taken.
/// </summary>
internal static class MeasuredReport
{
    // Nothing here goes into HTML, so a plus sign may stay one.
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonObject Begin() => new()
    {
        ["machine"] = new JsonObject
        {
            ["processor"] = Device.List().First(device => device.Name == "cpu").Description,
            ["os"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            ["dotnet"] = Environment.Version.ToString(),
        },
        ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["version"] = typeof(Device)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
    };

    public static void Write(JsonObject report) => Console.WriteLine(report.ToJsonString(Json));
}
